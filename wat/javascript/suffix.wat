;; suffix
