;; What follows an operand: members, calls, templates, `++`.

;; Goes on behind an operand.
(func $suffix (result i32)
  (loop $next_suffix
    (if (call $peek! (global.get $T_DOT))
      (then
        (call $next!)
        (call $member (global.get $node) (global.get $node_start) (i32.const 0))
        (br_if $next_suffix (i32.le_u (global.get $out) (global.get $out_limit)))
        (return (global.get $S_SUFFIX))))
    (if (call $peek! (global.get $T_LEFT_PAREN))
      (then
        (if (i32.lt_u (global.get $power) (global.get $P_NEW))
          (then (return (call $begin_call (i32.const 0)))))
        (return (call $resume!))))
    (if (call $peek! (global.get $T_LEFT_BRACKET))
      (then (return (call $begin_computed_member (i32.const 0)))))
    (if
      (call $peek_range! (global.get $T_TEMPLATE) (global.get $T_TEMPLATE_HEAD))
      (then
        (if (call $has! (global.get $C_CHAIN))
          (then (call $refuse_token (global.get $E_OPTIONAL_TEMPLATE))))
        (return (call $begin_template (global.get $node) (global.get $node_start)))))
    (if (call $peek! (global.get $T_OPTIONAL))
      (then
        (if (i32.ge_u (global.get $power) (global.get $P_NEW))
          (then (call $refuse_token (global.get $E_OPTIONAL_NEW))))
        (call $next!)
        (call $add_context! (global.get $C_CHAIN))
        (if (call $peek! (global.get $T_LEFT_PAREN))
          (then (return (call $begin_call (global.get $F_CALL_OPTIONAL)))))
        (if (call $peek! (global.get $T_LEFT_BRACKET))
          (then (return (call $begin_computed_member (global.get $F_OPTIONAL)))))
        (if
          (call $peek_range! (global.get $T_TEMPLATE) (global.get $T_TEMPLATE_HEAD))
          (then (call $refuse_token (global.get $E_OPTIONAL_TEMPLATE))))
        (call $member (global.get $node) (global.get $node_start) (global.get $F_OPTIONAL))
        (br_if $next_suffix (i32.le_u (global.get $out) (global.get $out_limit)))
        (return (global.get $S_SUFFIX)))))
  (if (call $has! (global.get $C_CHAIN)) (then (call $end_chain)))
  (if (call $peek_range! (global.get $T_INCREMENT) (global.get $T_DECREMENT))
    (then (if (i32.eqz (call $after_newline!)) (then (call $postfix)))))
  (call $operator))

(func $end_chain
  (call $emit_1! (global.get $K_CHAIN_EXPRESSION) (global.get $node_start) (global.get $node))
  (call $drop_context! (global.get $C_CHAIN)))

;; `a++`: nothing but an operator follows.
(func $postfix
  (local $head i32)
  (local $start i32)
  (if (i32.gt_u (global.get $power) (global.get $P_PREFIX))
    (then (call $refuse_unexpected)))
  (local.set $start (global.get $node_start))
  (call $make_simple_target (global.get $node) (global.get $E_UPDATE_TARGET))
  (local.set $head
    (call $head_of!
      (global.get $K_UPDATE_EXPRESSION) (i32.const 0)
      (i32.load8_u offset=512 (;OPERATORS;) (global.get $token))))
  (call $next!)
  (call $emit_1! (local.get $head) (local.get $start) (global.get $node)))

;; The name behind a dot, and the member that it makes of `object`.
(func $member (param $object i32) (param $start i32) (param $flags i32)
  (if (call $peek_word!)
    (then (call $take_leaf! (global.get $K_IDENTIFIER)))
    (else
      (if (call $peek! (global.get $T_PRIVATE_NAME))
        (then
          (if (i32.eq (call $kind_of! (local.get $object)) (global.get $K_SUPER))
            (then (call $refuse_token (global.get $E_PRIVATE_SUPER))))
          (call $take_private_use))
        (else (call $refuse_unexpected)))))
  (call $emit_2!
    (call $head_of! (global.get $K_MEMBER_EXPRESSION) (local.get $flags) (i32.const 0))
    (local.get $start) (local.get $object) (global.get $node)))

;; A private name that is used.
(func $take_private_use
  (call $take_leaf! (global.get $K_PRIVATE_IDENTIFIER))
  (call $use_private (global.get $node)))

(func $begin_computed_member (param $flags i32) (result i32)
  (call $push! (global.get $S_AFTER_COMPUTED_MEMBER) (global.get $node_start))
  (call $set_first! (global.get $node))
  (call $set_operator!
    (call $head_of!
      (global.get $K_MEMBER_EXPRESSION)
      (i32.or (local.get $flags) (global.get $F_COMPUTED)) (i32.const 0)))
  (call $set_second! (global.get $token_start))
  (call $enter_bracket!)
  (call $next!)
  (call $begin_expression!))

(func $after_computed_member (result i32)
  (call $expect_close! (global.get $T_RIGHT_BRACKET) (call $second!))
  (call $emit_2! (call $operator!) (call $start!) (call $first!) (global.get $node))
  (call $leave_bracket!)
  (call $suffix))

;; A call of the last record; the token at hand is its parenthesis.
;;   first: what is called; second: where the parenthesis is
(func $begin_call (param $flags i32) (result i32)
  (call $push! (global.get $S_AFTER_ARGUMENT) (global.get $node_start))
  (call $set_first! (global.get $node))
  (call $set_operator!
    (call $head_of! (global.get $K_CALL_EXPRESSION) (local.get $flags) (i32.const 0)))
  (call $set_second! (global.get $token_start))
  (call $enter_bracket!)
  (call $next!)
  (if (call $peek! (global.get $T_RIGHT_PAREN)) (then (return (global.get $S_END_CALL))))
  (call $begin_argument!))

;; An argument, or an element: an expression that may be spread.
(func $begin_argument! (result i32)
  (if (call $peek! (global.get $T_ELLIPSIS)) (then (call $begin_spread)))
  (call $begin_assignment!))

(func $begin_spread
  (call $push! (global.get $S_AFTER_SPREAD) (global.get $token_start))
  (call $next!))

(func $after_spread (result i32)
  (call $emit_1! (global.get $K_SPREAD_ELEMENT) (call $start!) (global.get $node))
  (call $pop!)
  (call $resume!))

(func $after_argument (result i32)
  (call $link!)
  (if (call $eat! (global.get $T_COMMA))
    (then
      (if (i32.eqz (call $peek! (global.get $T_RIGHT_PAREN)))
        (then (return (call $begin_argument!))))))
  (call $end_call))

(func $end_call (result i32)
  (call $expect_close! (global.get $T_RIGHT_PAREN) (call $second!))
  (call $emit_2! (call $operator!) (call $start!) (call $first!) (call $head!))
  (call $leave_bracket!)
  (call $suffix))

;; `new`: the token at hand.
(func $begin_new (result i32)
  (local $start i32)
  (local.set $start (global.get $token_start))
  (call $next!)
  (if (call $peek! (global.get $T_DOT)) (then (return (call $new_target (local.get $start)))))
  (call $push! (global.get $S_AFTER_NEW) (local.get $start))
  (global.set $power (global.get $P_NEW))
  (global.get $S_OPERAND))

(func $new_target (param $start i32) (result i32)
  (call $next!)
  (if (i32.eqz (call $has! (global.get $C_NEW_TARGET)))
    (then
      (call $refuse
        (global.get $E_NEW_TARGET) (local.get $start) (global.get $token_stop))))
  (if
    (i32.or
      (i32.ne (global.get $token) (global.get $T_TARGET))
      (i32.and (global.get $token_traits) (global.get $TRAIT_ESCAPED)))
    (then (call $refuse_unexpected)))
  (call $next!)
  (call $emit_0!
    (call $head_of!
      (global.get $K_META_PROPERTY) (i32.const 0) (global.get $D_META_NEW_TARGET))
    (local.get $start))
  (call $suffix))

;; What `new` calls has been read: arguments may follow.
(func $after_new (result i32)
  (call $set_first! (global.get $node))
  (if (i32.eqz (call $peek! (global.get $T_LEFT_PAREN)))
    (then
      (call $emit_2!
        (global.get $K_NEW_EXPRESSION) (call $start!) (call $first!) (i32.const 0))
      (call $leave!)
      (return (call $end_of_new))))
  (call $then! (global.get $S_AFTER_ARGUMENT))
  (call $set_operator! (global.get $K_NEW_EXPRESSION))
  (call $set_second! (global.get $token_start))
  (call $enter_bracket!)
  (call $next!)
  (if (call $peek! (global.get $T_RIGHT_PAREN)) (then (return (call $end_call))))
  (call $begin_argument!))

;; Behind `new a` without arguments: neither `?.` nor a call, which it would have taken.
(func $end_of_new (result i32)
  (if (call $peek! (global.get $T_OPTIONAL))
    (then (call $refuse_token (global.get $E_OPTIONAL_NEW))))
  (if (call $peek_range! (global.get $T_INCREMENT) (global.get $T_DECREMENT))
    (then (if (i32.eqz (call $after_newline!)) (then (call $postfix)))))
  (call $operator))
