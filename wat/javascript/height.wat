;; height
