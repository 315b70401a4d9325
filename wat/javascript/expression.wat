;; Expressions: what stands between operands.
;;
;; An expression is begun by setting `$power` and going on with `$S_OPERAND`: it takes the operators
;; over that power, and leaves its record in `$node`. Steps that are hot call each other directly.

;; The powers with which expressions begin; the table `powers` has those of operators.
(global $P_SEQUENCE    i32 (i32.const 0))  ;; with commas
(global $P_ASSIGNMENT  i32 (i32.const 1))  ;; without
(global $P_COALESCE    i32 (i32.const 4))
(global $P_AND         i32 (i32.const 6))
(global $P_RELATION    i32 (i32.const 11))
(global $P_PREFIX      i32 (i32.const 16)) ;; an operand with its prefixes and suffixes
(global $P_SUFFIX      i32 (i32.const 17)) ;; ... without prefixes and `++`
(global $P_NEW         i32 (i32.const 18)) ;; ... and without calls

;; Begins an expression, with commas or without.
(func $begin_expression! (result i32)
  (global.set $power (global.get $P_SEQUENCE))
  (global.get $S_OPERAND))

(func $begin_assignment! (result i32)
  (global.set $power (global.get $P_ASSIGNMENT))
  (global.get $S_OPERAND))

;; An operand has been read: goes on with the operator behind it, or with what is outside.
(func $operator (result i32)
  (local $power i32)
  (local $token i32)
  (local.set $token (global.get $token))
  (local.set $power (i32.load8_u offset=256 (;POWERS;) (local.get $token)))
  (if (i32.le_u (local.get $power) (global.get $power))
    (then
      (if (i32.eq (local.get $token) (global.get $T_ARROW))
        (then (return (call $arrow_of_name))))
      (return (call $resume!))))
  (if (i32.lt_u (local.get $power) (global.get $P_COALESCE))
    (then (return (call $low_operator (local.get $token)))))
  (if (i32.le_u (local.get $power) (global.get $P_AND))
    (then
      (call $push! (global.get $S_AFTER_LOGICAL) (global.get $node_start))
      (call $set_operator!
        (call $head_of!
          (global.get $K_LOGICAL_EXPRESSION) (i32.const 0)
          (i32.load8_u offset=512 (;OPERATORS;) (local.get $token))))
      (call $check_mixed (local.get $power) (global.get $node)))
    (else
      (if (i32.eq (local.get $token) (global.get $T_IN))
        (then (if (call $has! (global.get $C_NO_IN)) (then (return (call $resume!))))))
      (call $push! (global.get $S_AFTER_BINARY) (global.get $node_start))
      (call $set_operator!
        (call $head_of!
          (global.get $K_BINARY_EXPRESSION) (i32.const 0)
          (i32.load8_u offset=512 (;OPERATORS;) (local.get $token))))
      (if (i32.eq (local.get $token) (global.get $T_POWER))
        (then
          (call $check_power_base)
          ;; It binds to the right.
          (local.set $power (i32.sub (local.get $power) (i32.const 1)))))))
  (call $set_first! (global.get $node))
  (global.set $power (local.get $power))
  (call $next!)
  (global.get $S_OPERAND))

;; The right side of a binary operator has been read.
(func $after_binary (result i32)
  (call $emit_2! (call $operator!) (call $start!) (call $first!) (global.get $node))
  (call $leave!)
  (call $operator))

(func $after_logical (result i32)
  (call $check_mixed (global.get $power) (global.get $node))
  (call $emit_2! (call $operator!) (call $start!) (call $first!) (global.get $node))
  (call $leave!)
  (call $operator))

;; `a ?? b || c` needs parentheses, on whichever side: `ref` is a side of an operator of `power`.
(func $check_mixed (param $power i32) (param $ref i32)
  (local $is_coalesce i32)
  (if (call $is_bare! (local.get $ref) (global.get $K_LOGICAL_EXPRESSION))
    (then
      (local.set $is_coalesce
        (i32.eq (call $data_of! (local.get $ref)) (global.get $O_COALESCE)))
      (if
        (i32.ne
          (local.get $is_coalesce)
          (i32.eq (local.get $power) (global.get $P_COALESCE)))
        (then (call $refuse_record (global.get $E_NULLISH_MIXED) (local.get $ref)))))))

;; `-a ** b` needs parentheses.
(func $check_power_base
  (if
    (i32.or
      (call $is_bare! (global.get $node) (global.get $K_UNARY_EXPRESSION))
      (call $is_bare! (global.get $node) (global.get $K_AWAIT_EXPRESSION)))
    (then (call $refuse_record (global.get $E_POWER_UNARY) (global.get $node)))))

;; Comma, assignment, and `?`.
(func $low_operator (param $token i32) (result i32)
  (if (i32.eq (local.get $token) (global.get $T_COMMA))
    (then (return (call $begin_sequence))))
  (if (i32.eq (local.get $token) (global.get $T_QUESTION))
    (then
      (call $push! (global.get $S_AFTER_CONSEQUENT) (global.get $node_start))
      (call $set_first! (global.get $node))
      (call $enter_bracket!)
      (call $next!)
      (return (call $begin_assignment!))))
  (call $push! (global.get $S_AFTER_ASSIGNED) (global.get $node_start))
  (call $set_operator!
    (call $head_of!
      (global.get $K_ASSIGNMENT_EXPRESSION) (i32.const 0)
      (i32.load8_u offset=512 (;OPERATORS;) (local.get $token))))
  (call $set_first! (global.get $node))
  (if (i32.eq (local.get $token) (global.get $T_ASSIGN))
    (then (call $make_target (global.get $node)))
    (else (call $make_simple_target (global.get $node) (global.get $E_ASSIGNMENT_TARGET))))
  (call $next!)
  (call $begin_assignment!))

(func $after_assigned (result i32)
  (call $emit_2! (call $operator!) (call $start!) (call $first!) (global.get $node))
  (call $leave!)
  (call $end_of_assignment))

(func $after_consequent (result i32)
  (call $set_second! (global.get $node))
  (global.set $context (i32.load offset=28 (;CONTEXT;) (global.get $frame)))
  (call $expect! (global.get $T_COLON))
  (call $then! (global.get $S_AFTER_ALTERNATE))
  (call $begin_assignment!))

(func $after_alternate (result i32)
  (call $emit_3!
    (global.get $K_CONDITIONAL_EXPRESSION) (call $start!)
    (call $first!) (call $second!) (global.get $node))
  (call $leave!)
  (call $end_of_assignment))

;; Behind what is a whole assignment, so that no other operator can follow: a comma may.
(func $end_of_assignment (result i32)
  (if (call $peek! (global.get $T_COMMA))
    (then (if (i32.eqz (global.get $power)) (then (return (call $begin_sequence))))))
  (call $resume!))

(func $begin_sequence (result i32)
  (call $push! (global.get $S_AFTER_SEQUENCE_ITEM) (global.get $node_start))
  (call $link!)
  (call $next!)
  (call $begin_assignment!))

(func $after_sequence_item (result i32)
  (call $link!)
  (if (call $eat! (global.get $T_COMMA)) (then (return (call $begin_assignment!))))
  (call $emit_1! (global.get $K_SEQUENCE_EXPRESSION) (call $start!) (call $head!))
  (call $leave!)
  (call $resume!))
