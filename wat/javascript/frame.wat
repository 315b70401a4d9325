;; frame
