;; regexp
