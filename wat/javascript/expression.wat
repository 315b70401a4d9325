;; expression
