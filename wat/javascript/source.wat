;; source
