;; Operands: what operators stand between.

;; The last place where `await` or `yield` was an operator, or `await` a name: what parameters must
;; not have, as turns out at the arrow behind them. Functions keep them for what is around.
(global $paused_at     (mut i32) (i32.const 0)) ;; one more than its offset
(global $await_name_at (mut i32) (i32.const 0))

(func $take_leaf (param $head i32)
  (call $take_leaf! (local.get $head)))

;; Takes an operand, and goes on behind it.
(func $operand (result i32)
  (if (call $peek! (global.get $T_NAME))
    (then
      (call $take_leaf! (global.get $K_IDENTIFIER))
      (return (call $suffix))))
  (if (call $peek_range! (global.get $T_NUMBER) (global.get $T_STRING))
    (then (return (call $literal))))
  (if (call $peek! (global.get $T_LEFT_PAREN)) (then (return (call $begin_paren))))
  (if (call $peek! (global.get $T_LEFT_BRACE)) (then (return (call $begin_object))))
  (if (call $peek! (global.get $T_LEFT_BRACKET)) (then (return (call $begin_array))))
  (if (call $peek! (global.get $T_THIS))
    (then
      (call $take_leaf! (global.get $K_THIS_EXPRESSION))
      (return (call $suffix))))
  (if (call $peek_name!) (then (return (call $word_operand))))
  (if (i32.le_u (global.get $token) (global.get $T_LAST_WORD))
    (then (return (call $keyword_operand))))
  (call $other_operand))

;; Numbers and strings.
(func $literal (result i32)
  (call $take_leaf! (call $literal_head!))
  (call $suffix))

(func $literal_head! (result i32)
  (i32.or
    (global.get $token_head)
    (select
      (global.get $K_STRING_LITERAL)
      (i32.add
        (global.get $K_NUMERIC_LITERAL) (i32.sub (global.get $token) (global.get $T_NUMBER)))
      (call $peek! (global.get $T_STRING)))))

;; A name, or a word that may be one here.
(func $word_operand (result i32)
  (if (call $peek! (global.get $T_ASYNC)) (then (return (call $async_operand))))
  (if (call $peek! (global.get $T_AWAIT))
    (then (if (call $has! (global.get $C_ASYNC)) (then (return (call $begin_await))))))
  (if (call $peek! (global.get $T_YIELD))
    (then (if (call $has! (global.get $C_GENERATOR)) (then (return (call $begin_yield))))))
  (if (call $peek! (global.get $T_ARGUMENTS))
    (then
      (if (call $has! (i32.or (global.get $C_FIELD) (global.get $C_STATIC_BLOCK)))
        (then (call $refuse_token (global.get $E_ARGUMENTS_IN_FIELD))))))
  (call $check_name)
  (call $take_leaf (global.get $K_IDENTIFIER))
  (call $suffix))

;; Refuses the token at hand where it is no name here.
(func $check_name
  (call $check_name_as
    (global.get $token) (global.get $token_start) (global.get $token_stop)))

;; Refuses the token of kind `token` at [start, stop) where it is no name here.
(func $check_name_as (param $token i32) (param $start i32) (param $stop i32)
  (local $code i32)
  (if
    (i32.le_u
      (i32.sub (local.get $token) (global.get $T_NAME))
      (i32.sub (global.get $T_ARGUMENTS) (global.get $T_NAME)))
    (then (return)))
  (local.set $code (global.get $E_UNEXPECTED))
  (if
    (i32.le_u
      (i32.sub (local.get $token) (global.get $T_STATIC))
      (i32.sub (global.get $T_ESCAPED_YIELD) (global.get $T_STATIC)))
    (then
      (local.set $code (i32.const 0))
      (if (call $has! (global.get $C_STRICT))
        (then (local.set $code (global.get $E_RESERVED_WORD_STRICT))))
      (if (i32.ge_u (local.get $token) (global.get $T_YIELD))
        (then
          (if (call $has! (global.get $C_GENERATOR))
            (then (local.set $code (global.get $E_YIELD_RESERVED))))))))
  (if
    (i32.le_u
      (i32.sub (local.get $token) (global.get $T_AWAIT))
      (i32.sub (global.get $T_ESCAPED_AWAIT) (global.get $T_AWAIT)))
    (then
      (local.set $code (i32.const 0))
      (global.set $await_name_at (i32.add (local.get $start) (i32.const 1)))
      (if
        (call $has!
          (i32.or
            (global.get $C_MODULE)
            (i32.or (global.get $C_ASYNC) (global.get $C_STATIC_BLOCK))))
        (then (local.set $code (global.get $E_AWAIT_RESERVED))))))
  (if
    (i32.le_u
      (i32.sub (local.get $token) (global.get $T_ESCAPED_WORD))
      (i32.sub (global.get $T_LAST_WORD) (global.get $T_ESCAPED_WORD)))
    (then (local.set $code (global.get $E_RESERVED_WORD))))
  (if (local.get $code)
    (then (call $refuse (local.get $code) (local.get $start) (local.get $stop)))))

(func $keyword_operand (result i32)
  (if (call $peek! (global.get $T_FUNCTION))
    (then (return (call $begin_function_expression (global.get $token_start) (i32.const 0)))))
  (if (call $peek! (global.get $T_NEW)) (then (return (call $begin_new))))
  (if (call $peek! (global.get $T_TYPEOF))
    (then (return (call $begin_prefix (global.get $S_AFTER_PREFIX)))))
  (if (call $peek! (global.get $T_VOID))
    (then (return (call $begin_prefix (global.get $S_AFTER_PREFIX)))))
  (if (call $peek! (global.get $T_DELETE))
    (then (return (call $begin_prefix (global.get $S_AFTER_DELETE)))))
  (if (call $peek! (global.get $T_NULL))
    (then
      (call $take_leaf (global.get $K_NULL_LITERAL))
      (return (call $suffix))))
  (if (call $peek! (global.get $T_TRUE))
    (then
      (call $take_leaf
        (call $head_of! (global.get $K_BOOLEAN_LITERAL) (global.get $F_TRUE) (i32.const 0)))
      (return (call $suffix))))
  (if (call $peek! (global.get $T_FALSE))
    (then
      (call $take_leaf (global.get $K_BOOLEAN_LITERAL))
      (return (call $suffix))))
  (if (call $peek! (global.get $T_CLASS)) (then (return (call $begin_class_expression))))
  (if (call $peek! (global.get $T_IMPORT)) (then (return (call $import_operand))))
  (if (call $peek! (global.get $T_SUPER)) (then (return (call $super_operand))))
  (call $refuse_unexpected)
  (call $resume!))

(func $other_operand (result i32)
  (if (call $peek_range! (global.get $T_PLUS) (global.get $T_MINUS))
    (then (return (call $begin_prefix (global.get $S_AFTER_PREFIX)))))
  (if (call $peek! (global.get $T_BANG))
    (then (return (call $begin_prefix (global.get $S_AFTER_PREFIX)))))
  (if (call $peek_range! (global.get $T_INCREMENT) (global.get $T_DECREMENT))
    (then (return (call $begin_prefix (global.get $S_AFTER_UPDATE)))))
  (if (call $peek! (global.get $T_TILDE))
    (then (return (call $begin_prefix (global.get $S_AFTER_PREFIX)))))
  (if (call $peek_range! (global.get $T_TEMPLATE) (global.get $T_TEMPLATE_HEAD))
    (then (return (call $begin_template (i32.const 0) (i32.const 0)))))
  (if
    (i32.or (call $peek! (global.get $T_SLASH)) (call $peek! (global.get $T_SLASH_ASSIGN)))
    (then (return (call $regexp_operand))))
  (if (call $peek! (global.get $T_PRIVATE_NAME)) (then (return (call $private_operand))))
  (if (call $peek! (global.get $T_LESS)) (then (return (call $jsx_operand))))
  (call $refuse_unexpected)
  (call $resume!))

(func $regexp_operand (result i32)
  (local $start i32)
  (local $flags i32) ;; where they begin
  (call $rescan_regexp)
  (local.set $start (global.get $token_start))
  (local.set $flags (global.get $token_data))
  (call $next!)
  (call $emit_1! (global.get $K_REG_EXP_LITERAL) (local.get $start) (local.get $flags))
  (call $suffix))

;; `#a in b`
(func $private_operand (result i32)
  (if (i32.ge_u (global.get $power) (global.get $P_RELATION))
    (then (call $refuse_token (global.get $E_PRIVATE_IN))))
  (call $take_private_use)
  (if
    (i32.or
      (i32.ne (global.get $token) (global.get $T_IN))
      (i32.ne (call $has! (global.get $C_NO_IN)) (i32.const 0)))
    (then (call $refuse_record (global.get $E_PRIVATE_IN) (global.get $node))))
  (call $operator))

;; The operators in front of what they are for.
(func $begin_prefix (param $state i32) (result i32)
  (call $push! (local.get $state) (global.get $token_start))
  (call $set_operator!
    (call $head_of!
      (global.get $K_UNARY_EXPRESSION) (i32.const 0)
      (i32.load8_u offset=512 (;OPERATORS;) (global.get $token))))
  (call $begin_unary!))

(func $begin_unary! (result i32)
  (if (i32.gt_u (global.get $power) (global.get $P_PREFIX))
    (then (call $refuse_unexpected)))
  (global.set $power (global.get $P_PREFIX))
  (call $next!)
  (global.get $S_OPERAND))

(func $after_prefix (result i32)
  (call $emit_1! (call $operator!) (call $start!) (global.get $node))
  (call $leave!)
  (call $operator))

(func $after_update (result i32)
  (call $make_simple_target (global.get $node) (global.get $E_UPDATE_TARGET))
  (call $emit_1!
    (i32.add
      (call $operator!)
      (i32.sub
        (call $head_of! (global.get $K_UPDATE_EXPRESSION) (global.get $F_PREFIX) (i32.const 0))
        (global.get $K_UNARY_EXPRESSION)))
    (call $start!) (global.get $node))
  (call $leave!)
  (call $operator))

(func $after_delete (result i32)
  (local $ref i32)
  (local.set $ref (global.get $node))
  (if (i32.eq (call $kind_of! (local.get $ref)) (global.get $K_CHAIN_EXPRESSION))
    (then (local.set $ref (call $one_of! (local.get $ref)))))
  (if (i32.eq (call $kind_of! (local.get $ref)) (global.get $K_MEMBER_EXPRESSION))
    (then
      (if
        (i32.eq
          (call $kind_of! (call $two_of! (local.get $ref)))
          (global.get $K_PRIVATE_IDENTIFIER))
        (then (call $refuse_record (global.get $E_DELETE_PRIVATE) (global.get $node))))))
  (if (i32.eq (call $kind_of! (local.get $ref)) (global.get $K_IDENTIFIER))
    (then
      (if (call $has! (global.get $C_STRICT))
        (then (call $refuse_record (global.get $E_DELETE_NAME_STRICT) (global.get $node))))))
  (call $after_prefix))

(func $begin_await (result i32)
  (if (call $has! (global.get $C_PARAMETERS))
    (then (call $refuse_token (global.get $E_AWAIT_CONTEXT))))
  (if (call $has! (global.get $C_TOP))
    (then
      (global.set $header_bits (i32.or (global.get $header_bits) (global.get $HEADER_AWAIT)))))
  (global.set $paused_at (i32.add (global.get $token_start) (i32.const 1)))
  (call $push! (global.get $S_AFTER_PREFIX) (global.get $token_start))
  (call $set_operator! (global.get $K_AWAIT_EXPRESSION))
  (call $begin_unary!))

;; `yield` is as weak as an assignment, and takes what follows it on its line.
(func $begin_yield (result i32)
  (if (call $has! (global.get $C_PARAMETERS))
    (then (call $refuse_token (global.get $E_YIELD_CONTEXT))))
  (if (i32.gt_u (global.get $power) (global.get $P_ASSIGNMENT))
    (then (call $refuse_token (global.get $E_YIELD_RESERVED))))
  (global.set $paused_at (i32.add (global.get $token_start) (i32.const 1)))
  (call $push! (global.get $S_AFTER_YIELD) (global.get $token_start))
  (call $set_operator! (global.get $K_YIELD_EXPRESSION))
  (call $next!)
  (if (i32.eqz (call $after_newline!))
    (then
      (if (call $eat! (global.get $T_STAR))
        (then
          (call $set_operator!
            (call $head_of!
              (global.get $K_YIELD_EXPRESSION) (global.get $F_DELEGATE) (i32.const 0)))
          (return (call $begin_assignment!))))
      (if (i32.eqz (call $ends_yield)) (then (return (call $begin_assignment!))))))
  (global.set $node (i32.const 0))
  (call $after_yield))

;; Whether nothing to yield stands here.
(func $ends_yield (result i32)
  (if (call $peek_range! (global.get $T_RIGHT_PAREN) (global.get $T_COLON))
    (then
      (if (call $peek! (global.get $T_LEFT_BRACKET)) (then (return (i32.const 0))))
      (if (call $peek! (global.get $T_LEFT_BRACE)) (then (return (i32.const 0))))
      (return (i32.const 1))))
  (i32.or (call $peek! (global.get $T_END)) (call $peek! (global.get $T_IN))))

(func $after_yield (result i32)
  (call $emit_1! (call $operator!) (call $start!) (global.get $node))
  (call $leave!)
  (call $end_of_assignment))

;; What is in parentheses: an expression, or parameters of an arrow function.
;;   first: 1 once only parameters fit; second: where the first expression begins
(func $begin_paren (result i32)
  (call $push! (global.get $S_AFTER_PAREN_ITEM) (global.get $token_start))
  (call $set_first! (i32.const 0))
  (call $enter_bracket!)
  (call $next!)
  (call $set_second! (global.get $token_start))
  (if (call $peek! (global.get $T_RIGHT_PAREN))
    (then
      (call $set_first! (i32.const 1))
      (return (call $end_paren))))
  (call $paren_item!))

(func $paren_item! (result i32)
  (if (call $peek! (global.get $T_ELLIPSIS))
    (then
      (call $set_first! (i32.const 1))
      (call $begin_spread)))
  (call $begin_assignment!))

(func $after_paren_item (result i32)
  (call $link!)
  (if (call $peek! (global.get $T_COMMA))
    (then
      (if (call $is_bare! (global.get $node) (global.get $K_SPREAD_ELEMENT))
        (then (call $refuse_token (global.get $E_REST_LAST))))
      (call $next!)
      (if (i32.eqz (call $peek! (global.get $T_RIGHT_PAREN)))
        (then (return (call $paren_item!))))
      (call $set_first! (i32.const 1))))
  (call $end_paren))

(func $end_paren (result i32)
  (local $stop i32) ;; where the last expression ends
  (local $start i32)
  (local.set $stop (global.get $last_stop))
  (call $expect_close! (global.get $T_RIGHT_PAREN) (call $start!))
  (if (call $peek! (global.get $T_ARROW)) (then (return (call $begin_arrow (i32.const 0)))))
  (if (call $first!) (then (call $refuse_wanted (global.get $T_ARROW))))
  (local.set $start (call $start!))
  (if (i32.eq (call $head!) (global.get $node))
    (then
      (call $add_flag! (global.get $node) (global.get $F_PARENTHESIZED))
      (global.set $node_start (local.get $start)))
    (else
      (i32.store offset=16 (;ONE;) (global.get $out) (call $head!))
      (call $emit_at!
        (call $head_of!
          (global.get $K_SEQUENCE_EXPRESSION) (global.get $F_PARENTHESIZED) (i32.const 0))
        (call $second!) (local.get $stop))
      (global.set $node_start (local.get $start))
      (global.set $out (i32.add (global.get $out) (i32.const 20)))))
  (call $leave_bracket!)
  (call $suffix))

;; `async`: a function, an arrow function, a call or a name.
(func $async_operand (result i32)
  (local $start i32)
  (local $stop i32)
  (local.set $start (global.get $token_start))
  (local.set $stop (global.get $token_stop))
  (call $next!)
  (call $async_behind (local.get $start) (local.get $stop)))

;; The same once `async` has been taken.
(func $async_behind (param $start i32) (param $stop i32) (result i32)
  (if (i32.eqz (call $after_newline!))
    (then
      (if (call $peek! (global.get $T_FUNCTION))
        (then
          (return (call $begin_function_expression (local.get $start) (global.get $F_ASYNC)))))
      (if (call $peek_name!) (then (return (call $async_arrow_of_name (local.get $start)))))
      (if (call $peek! (global.get $T_LEFT_PAREN))
        (then
          (if (i32.lt_u (global.get $power) (global.get $P_NEW))
            (then (return (call $begin_async_call (local.get $start) (local.get $stop)))))))))
  (call $emit_name (local.get $start) (local.get $stop) (i32.const 0))
  (call $suffix))

;; A call of `async`, or the parameters of an asynchronous arrow function.
;;   first: where `async` ends; second: the offset of the parenthesis
(func $begin_async_call (param $start i32) (param $stop i32) (result i32)
  (call $push! (global.get $S_AFTER_ASYNC_ARGUMENT) (local.get $start))
  (call $set_first! (local.get $stop))
  (call $enter_bracket!)
  (call $next!)
  (if (call $peek! (global.get $T_RIGHT_PAREN)) (then (return (call $end_async_call))))
  (call $begin_argument!))

(func $after_async_argument (result i32)
  (call $link!)
  (if (call $eat! (global.get $T_COMMA))
    (then
      (if (i32.eqz (call $peek! (global.get $T_RIGHT_PAREN)))
        (then (return (call $begin_argument!))))
      ;; Fine for a call, and for parameters unless a rest element stands in front of it.
      (call $set_first! (i32.or (call $first!) (i32.const 0x80000000)))))
  (call $end_async_call))

(func $end_async_call (result i32)
  (local $start i32)
  (call $expect! (global.get $T_RIGHT_PAREN))
  (local.set $start (call $start!))
  (if (call $peek! (global.get $T_ARROW))
    (then
      (if (i32.lt_s (call $first!) (i32.const 0))
        (then
          (if (call $is_bare! (global.get $node) (global.get $K_SPREAD_ELEMENT))
            (then (call $refuse_record (global.get $E_REST_COMMA) (global.get $node))))))
      (return (call $begin_arrow (global.get $F_ASYNC)))))
  (call $emit_name
    (local.get $start) (i32.and (call $first!) (i32.const 0x7fffffff)) (i32.const 0))
  (call $emit_2!
    (global.get $K_CALL_EXPRESSION) (local.get $start) (global.get $node) (call $head!))
  (call $leave_bracket!)
  (call $suffix))

(func $super_operand (result i32)
  (call $take_leaf (global.get $K_SUPER))
  (if (call $peek! (global.get $T_LEFT_PAREN))
    (then
      (if
        (i32.or
          (i32.eqz (call $has! (global.get $C_SUPER_CALL)))
          (i32.ge_u (global.get $power) (global.get $P_NEW)))
        (then (call $refuse_record (global.get $E_SUPER_CALL) (global.get $node))))
      (return (call $suffix))))
  (if
    (i32.eqz
      (i32.or (call $peek! (global.get $T_DOT)) (call $peek! (global.get $T_LEFT_BRACKET))))
    (then (call $refuse_record (global.get $E_SUPER_ALONE) (global.get $node))))
  (if (i32.eqz (call $has! (global.get $C_SUPER_PROPERTY)))
    (then (call $refuse_record (global.get $E_SUPER_PROPERTY) (global.get $node))))
  (call $suffix))

;; `import(…)` and `import.meta`
(func $import_operand (result i32)
  (local $start i32)
  (local.set $start (global.get $token_start))
  (call $next!)
  (call $import_behind (local.get $start)))

;; The same once `import`, which began at `start`, has been taken.
(func $import_behind (param $start i32) (result i32)
  (if (call $peek! (global.get $T_LEFT_PAREN))
    (then
      (if (i32.ge_u (global.get $power) (global.get $P_NEW))
        (then
          (call $refuse
            (global.get $E_IMPORT_NEW) (local.get $start) (global.get $token_stop))))
      (call $push! (global.get $S_AFTER_IMPORT_SOURCE) (local.get $start))
      (call $enter_bracket!)
      (call $next!)
      (return (call $begin_assignment!))))
  (call $expect! (global.get $T_DOT))
  (if
    (i32.or
      (i32.ne (global.get $token) (global.get $T_META))
      (i32.and (global.get $token_traits) (global.get $TRAIT_ESCAPED)))
    (then (call $refuse_unexpected)))
  (if (i32.eqz (call $has! (global.get $C_MODULE)))
    (then
      (call $refuse
        (global.get $E_IMPORT_META) (local.get $start) (global.get $token_stop))))
  (global.set $header_bits (i32.or (global.get $header_bits) (global.get $HEADER_MODULE)))
  (call $next!)
  (call $emit_0!
    (call $head_of!
      (global.get $K_META_PROPERTY) (i32.const 0) (global.get $D_META_IMPORT_META))
    (local.get $start))
  (call $suffix))

(func $after_import_source (result i32)
  (call $set_first! (global.get $node))
  (global.set $node (i32.const 0))
  (if (call $eat! (global.get $T_COMMA))
    (then
      (if (i32.eqz (call $peek! (global.get $T_RIGHT_PAREN)))
        (then
          (call $then! (global.get $S_AFTER_IMPORT_OPTIONS))
          (return (call $begin_assignment!))))))
  (call $end_import))

(func $after_import_options (result i32)
  (drop (call $eat! (global.get $T_COMMA)))
  (call $end_import))

(func $end_import (result i32)
  (if (i32.eqz (call $peek! (global.get $T_RIGHT_PAREN)))
    (then (call $refuse_token (global.get $E_IMPORT_ARGUMENTS))))
  (call $next!)
  (call $emit_2!
    (global.get $K_IMPORT_EXPRESSION) (call $start!) (call $first!) (global.get $node))
  (call $leave_bracket!)
  (call $suffix))

;; Arrays.
(func $begin_array (result i32)
  (call $push! (global.get $S_AFTER_ELEMENT) (global.get $token_start))
  (call $enter_bracket!)
  (call $next!)
  (call $element))

(func $element (result i32)
  (if (call $peek! (global.get $T_COMMA))
    (then
      (call $take_hole)
      (return (global.get $S_ELEMENT))))
  (if (call $peek! (global.get $T_RIGHT_BRACKET)) (then (return (call $end_array))))
  (call $begin_argument!))

;; An element that is left out: the comma behind it.
(func $take_hole
  (call $next!)
  (call $emit_at! (global.get $K_HOLE) (i32.const 0) (i32.const 0))
  (global.set $out (i32.add (global.get $out) (i32.const 16)))
  (call $link!))

(func $after_element (result i32)
  (call $link!)
  (if (call $eat! (global.get $T_COMMA)) (then (return (call $element))))
  (call $end_array))

(func $end_array (result i32)
  (call $expect_close! (global.get $T_RIGHT_BRACKET) (call $start!))
  (call $emit_1! (global.get $K_ARRAY_EXPRESSION) (call $start!) (call $head!))
  (call $leave_bracket!)
  (call $suffix))

;; A template, and what tags it, or 0.
;;   first: the tag; second: where it begins; third, fourth: head and tail of the expressions
(func $begin_template (param $tag i32) (param $tag_start i32) (result i32)
  (local $is_whole i32)
  (call $push! (global.get $S_AFTER_SUBSTITUTION) (global.get $token_start))
  (call $set_first! (local.get $tag))
  (call $set_second! (local.get $tag_start))
  (call $set_third! (i32.const 0))
  (call $set_fourth! (i32.add (global.get $frame) (i32.const 16 (;THIRD;))))
  (call $enter_bracket!)
  (local.set $is_whole (call $peek! (global.get $T_TEMPLATE)))
  (call $take_piece (local.get $is_whole))
  (if (local.get $is_whole) (then (return (global.get $S_END_TEMPLATE))))
  (call $begin_expression!))

;; A piece of a template: the token at hand.
(func $take_piece (param $is_tail i32)
  (local $start i32)
  (local $stop i32)
  (local $traits i32)
  (if (i32.and (global.get $token_traits) (global.get $TRAIT_COMMENT))
    (then (call $emit_comments)))
  (local.set $traits (global.get $token_traits))
  (local.set $start (i32.add (global.get $token_start) (i32.const 1)))
  (local.set $stop
    (i32.sub
      (global.get $token_stop) (select (i32.const 1) (i32.const 2) (local.get $is_tail))))
  (call $emit_at!
    (call $head_of!
      (global.get $K_TEMPLATE_ELEMENT)
      (select (global.get $F_TAIL) (i32.const 0) (local.get $is_tail)) (i32.const 0))
    (local.get $start) (local.get $stop))
  (global.set $out (i32.add (global.get $out) (i32.const 16)))
  (call $link!)
  (if (i32.and (local.get $traits) (global.get $TRAIT_INVALID))
    (then
      (if (i32.eqz (call $first!)) (then (call $refuse_token (global.get $E_TEMPLATE_ESCAPE))))
      (call $add_flag! (global.get $node) (global.get $F_NO_VALUE)))
    (else
      (if (i32.and (local.get $traits) (global.get $TRAIT_ESCAPED))
        (then
          (call $add_flag! (global.get $node) (global.get $F_COOKED))
          (global.set $header_bits
            (i32.or (global.get $header_bits) (global.get $HEADER_ESCAPES)))
          (call $emit_cooked
            (local.get $start) (local.get $stop) (global.get $K_TEMPLATE_ELEMENT))))))
  (call $scan_token))

(func $after_substitution (result i32)
  (local $is_tail i32)
  (i32.store (call $fourth!) (global.get $node))
  (call $set_fourth! (call $next_link! (global.get $node)))
  (if (i32.eqz (call $peek! (global.get $T_RIGHT_BRACE)))
    (then
      (call $refuse_wanted (global.get $T_RIGHT_BRACE))
      (return (call $end_template))))
  (call $rescan_template)
  (local.set $is_tail (call $peek! (global.get $T_TEMPLATE_TAIL)))
  (call $take_piece (local.get $is_tail))
  (if (local.get $is_tail) (then (return (call $end_template))))
  (call $begin_expression!))

(func $end_template (result i32)
  (call $emit_2! (global.get $K_TEMPLATE_LITERAL) (call $start!) (call $head!) (call $third!))
  (if (call $first!)
    (then
      (call $emit_2!
        (global.get $K_TAGGED_TEMPLATE_EXPRESSION) (call $second!)
        (call $first!) (global.get $node))))
  (call $leave_bracket!)
  (call $suffix))
