;; class
