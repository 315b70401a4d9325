;; function
