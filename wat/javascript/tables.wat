;; tables
