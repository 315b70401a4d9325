;; record
