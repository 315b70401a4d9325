;; word
