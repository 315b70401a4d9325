;; string
