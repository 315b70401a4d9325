;; name
