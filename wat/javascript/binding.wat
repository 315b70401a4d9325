;; Declarations of variables, and patterns of names.

;; What the names that are being declared are: `$SORT_…`.
(global $binding (mut i32) (i32.const 0))
;; Set in `$binding` where they are exported.
(global $EXPORTED i32 (i32.const 256))
;; That, where the declaration that begins is behind `export`; else 0.
(global $exported (mut i32) (i32.const 0))

;; Takes a name that is declared.
(func $take_binding_name
  (if (i32.ne (global.get $token) (global.get $T_NAME)) (then (call $check_binding_name)))
  (call $take_leaf (global.get $K_IDENTIFIER))
  (call $declare_binding (global.get $node)))

;; Declares a name as what is being declared, and exports it where that is.
(func $declare_binding (param $ref i32)
  (call $declare
    (local.get $ref)
    (i32.and (global.get $binding) (i32.xor (global.get $EXPORTED) (i32.const -1))))
  (if (i32.and (global.get $binding) (global.get $EXPORTED))
    (then (call $export_name (local.get $ref)))))

(func $is_lexical! (result i32)
  (i32.eq
    (i32.and (global.get $binding) (i32.xor (global.get $EXPORTED) (i32.const -1)))
    (global.get $SORT_LEXICAL)))

(func $check_binding_name
  (call $check_name)
  (if (call $peek_range! (global.get $T_EVAL) (global.get $T_ARGUMENTS))
    (then
      (if (call $has! (global.get $C_STRICT))
        (then (call $refuse_token (global.get $E_EVAL_ARGUMENTS_TARGET))))))
  (if (call $peek_range! (global.get $T_LET) (global.get $T_ESCAPED_LET))
    (then
      (if (call $is_lexical!)
        (then (call $refuse_token (global.get $E_LET_RESERVED)))))))

;; A name or a pattern, with a default or without.
(func $binding_element (result i32)
  (if (call $peek_name!)
    (then
      (call $take_binding_name)
      (if (call $peek! (global.get $T_ASSIGN))
        (then
          (call $push! (global.get $S_AFTER_DEFAULT) (global.get $node_start))
          (return (call $begin_default))))
      (return (call $resume!))))
  (call $push! (global.get $S_AFTER_PATTERN_ELEMENT) (global.get $token_start))
  (call $begin_pattern))

(func $after_pattern_element (result i32)
  (if (call $peek! (global.get $T_ASSIGN))
    (then
      (call $then! (global.get $S_AFTER_DEFAULT))
      (return (call $begin_default))))
  (call $pop!)
  (call $resume!))

(func $begin_default (result i32)
  (call $set_first! (global.get $node))
  (call $next!)
  (call $begin_assignment!))

(func $after_default (result i32)
  (call $emit_2!
    (global.get $K_ASSIGNMENT_PATTERN) (call $start!) (call $first!) (global.get $node))
  (call $leave!)
  (call $resume!))

;; A name or a pattern, without a default.
(func $binding_target (result i32)
  (if (call $peek_name!)
    (then
      (call $take_binding_name)
      (return (call $resume!))))
  (call $begin_pattern))

;; `...` is the token at hand.
(func $begin_rest (result i32)
  (call $push! (global.get $S_AFTER_REST) (global.get $token_start))
  (call $next!)
  (call $binding_target))

(func $after_rest (result i32)
  (if (call $peek! (global.get $T_ASSIGN))
    (then (call $refuse_token (global.get $E_REST_INITIALIZER))))
  (call $emit_1! (global.get $K_REST_ELEMENT) (call $start!) (global.get $node))
  (call $pop!)
  (call $resume!))

;; A pattern in brackets or braces.
(func $begin_pattern (result i32)
  (call $push! (global.get $S_AFTER_PATTERN_ITEM) (global.get $token_start))
  (call $enter_bracket!)
  (if (call $peek! (global.get $T_LEFT_BRACE))
    (then
      (call $then! (global.get $S_AFTER_PATTERN_PROPERTY))
      (call $next!)
      (return (global.get $S_PATTERN_PROPERTY))))
  (if (i32.eqz (call $peek! (global.get $T_LEFT_BRACKET)))
    (then
      ;; The caller wanted a name.
      (call $check_name)
      (call $refuse_unexpected)))
  (call $next!)
  (global.get $S_PATTERN_ITEM))

(func $pattern_item (result i32)
  (if (call $peek! (global.get $T_COMMA))
    (then
      (call $take_hole)
      (return (global.get $S_PATTERN_ITEM))))
  (if (call $peek! (global.get $T_RIGHT_BRACKET)) (then (return (call $end_array_pattern))))
  (if (call $peek! (global.get $T_ELLIPSIS)) (then (return (call $begin_rest))))
  (call $binding_element))

(func $after_pattern_item (result i32)
  (call $link!)
  (if (call $peek! (global.get $T_COMMA))
    (then
      (if (i32.eq (call $kind_of! (global.get $node)) (global.get $K_REST_ELEMENT))
        (then (call $refuse_token (global.get $E_REST_COMMA))))
      (call $next!)
      (return (global.get $S_PATTERN_ITEM))))
  (call $end_array_pattern))

(func $end_array_pattern (result i32)
  (call $expect_close! (global.get $T_RIGHT_BRACKET) (call $start!))
  (call $emit_1! (global.get $K_ARRAY_PATTERN) (call $start!) (call $head!))
  (call $leave_bracket!)
  (call $resume!))

;; A property of a pattern.
;;   first: its key; operator: the head of its record; fourth: where it begins
(func $pattern_property (result i32)
  (local $token i32)
  (if (call $peek! (global.get $T_RIGHT_BRACE)) (then (return (call $end_object_pattern))))
  (if (call $peek! (global.get $T_ELLIPSIS))
    (then
      (call $push! (global.get $S_AFTER_REST) (global.get $token_start))
      (call $next!)
      (call $take_binding_name)
      (return (call $after_rest))))
  (call $set_fourth! (global.get $token_start))
  (local.set $token (global.get $token))
  (if (i32.eqz (call $take_key (global.get $S_AFTER_PATTERN_KEY)))
    (then (return (global.get $S_OPERAND))))
  (call $set_first! (global.get $node))
  (call $set_operator! (global.get $K_PROPERTY))
  (if (call $peek! (global.get $T_COLON)) (then (return (call $pattern_value))))
  (call $pattern_shorthand (local.get $token)))

(func $after_pattern_key (result i32)
  (call $end_key)
  (call $set_first! (global.get $node))
  (call $set_operator!
    (call $head_of! (global.get $K_PROPERTY) (global.get $F_COMPUTED) (i32.const 0)))
  (call $pattern_value))

(func $pattern_value (result i32)
  (call $expect! (global.get $T_COLON))
  (call $then! (global.get $S_AFTER_PATTERN_PROPERTY))
  (call $binding_element))

;; `{a}` and `{a = 1}`: the key is what is declared. `token` is what it was.
(func $pattern_shorthand (param $token i32) (result i32)
  (local $key i32)
  (local.set $key (call $first!))
  (call $set_operator!
    (call $head_of! (global.get $K_PROPERTY) (global.get $F_SHORTHAND) (i32.const 0)))
  (call $check_shorthand (local.get $token) (local.get $key))
  (if (call $has! (global.get $C_STRICT)) (then (call $check_target_name (local.get $key))))
  (if
    (i32.and
      (i32.le_u
        (i32.sub (local.get $token) (global.get $T_LET))
        (i32.sub (global.get $T_ESCAPED_LET) (global.get $T_LET)))
      (call $is_lexical!))
    (then (call $refuse_record (global.get $E_LET_RESERVED) (local.get $key))))
  (call $declare_binding (local.get $key))
  (call $then! (global.get $S_AFTER_PATTERN_PROPERTY))
  (if (call $peek! (global.get $T_ASSIGN))
    (then
      (call $push! (global.get $S_AFTER_DEFAULT) (call $start_of! (local.get $key)))
      (return (call $begin_default))))
  (call $after_pattern_property))

(func $after_pattern_property (result i32)
  (if (i32.ne (call $kind_of! (global.get $node)) (global.get $K_REST_ELEMENT))
    (then
      (call $emit_2! (call $operator!) (call $fourth!) (call $first!) (global.get $node))))
  (call $link!)
  (if (call $peek! (global.get $T_COMMA))
    (then
      (if (i32.eq (call $kind_of! (global.get $node)) (global.get $K_REST_ELEMENT))
        (then (call $refuse_token (global.get $E_REST_COMMA))))
      (call $next!)
      (return (global.get $S_PATTERN_PROPERTY))))
  (call $end_object_pattern))

(func $end_object_pattern (result i32)
  (call $expect_close! (global.get $T_RIGHT_BRACE) (call $start!))
  (call $emit_1! (global.get $K_OBJECT_PATTERN) (call $start!) (call $head!))
  (call $leave_bracket!)
  (call $resume!))

;; A declaration of variables; the token behind `var`, `let` or `const` is at hand, which began at
;; `start`. `kind` is `$D_VARIABLE_…`; `is_for` where it stands in the head of a loop.
;;   operator: the head of its record; second: whether it is a loop's; third: `$binding` for it;
;;   first: the name or pattern that is declared; fourth: where that begins
(func $begin_declaration (param $start i32) (param $kind i32) (param $is_for i32) (result i32)
  (call $push! (global.get $S_AFTER_DECLARED) (local.get $start))
  (call $set_operator!
    (call $head_of! (global.get $K_VARIABLE_DECLARATION) (i32.const 0) (local.get $kind)))
  (call $set_second! (local.get $is_for))
  (call $set_third!
    (i32.or
      (select (global.get $SORT_LEXICAL) (global.get $SORT_VAR) (local.get $kind))
      (global.get $exported)))
  (global.set $exported (i32.const 0))
  (if (local.get $is_for) (then (call $add_context! (global.get $C_NO_IN))))
  (call $declarator))

(func $declarator (result i32)
  (global.set $binding (call $third!))
  (call $set_fourth! (global.get $token_start))
  (call $then! (global.get $S_AFTER_DECLARED))
  (if (call $peek_name!)
    (then
      (call $take_binding_name)
      (return (call $after_declared))))
  (call $begin_pattern))

;; What is declared has been read; its value may follow.
(func $after_declared (result i32)
  (call $set_first! (global.get $node))
  (if (call $eat! (global.get $T_ASSIGN))
    (then
      (call $then! (global.get $S_AFTER_VALUE))
      (return (call $begin_assignment!))))
  (if (i32.eqz (call $is_loop_variable))
    (then
      (call $check_type!)
      (if
        (i32.or
          (i32.eq
            (i32.shr_u (call $operator!) (i32.const 16)) (global.get $D_VARIABLE_CONST))
          (i32.ne (call $kind_of! (global.get $node)) (global.get $K_IDENTIFIER)))
        (then (call $refuse_token (global.get $E_INITIALIZER))))))
  (global.set $node (i32.const 0))
  (call $after_value))

;; A colon where none can stand begins a type, as far as one can tell.
(func $check_type!
  (if (call $peek! (global.get $T_COLON))
    (then (call $refuse_token (global.get $E_TYPE_SCRIPT)))))

;; Whether `in` or `of` follows in the head of a loop.
(func $is_loop_variable (result i32)
  (i32.and
    (i32.ne (call $second!) (i32.const 0))
    (i32.or (call $peek! (global.get $T_IN)) (call $peek! (global.get $T_OF)))))

(func $after_value (result i32)
  (call $emit_2!
    (global.get $K_VARIABLE_DECLARATOR) (call $fourth!) (call $first!) (global.get $node))
  (call $link!)
  (if (call $eat! (global.get $T_COMMA)) (then (return (global.get $S_DECLARATOR))))
  (if (i32.eqz (call $second!)) (then (call $expect_semicolon!)))
  (call $emit_1! (call $operator!) (call $start!) (call $head!))
  (call $leave_bracket!)
  (call $resume!))
