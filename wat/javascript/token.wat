;; token
