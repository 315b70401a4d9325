;; kinds
