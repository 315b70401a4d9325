;; binding
