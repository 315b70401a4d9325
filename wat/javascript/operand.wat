;; operand
