;; statement
