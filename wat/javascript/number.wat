;; number
