;; pattern
