;; trivia
