;; The properties of objects.
;;
;; The frame of an object:
;;   first: the key; third: what kind of method it is, `$FN_…`; fourth: where the property begins;
;;   fifth: whether `__proto__` has been set; operator: the head of its record

(func $begin_object (result i32)
  (call $push! (global.get $S_AFTER_PROPERTY_VALUE) (global.get $token_start))
  (call $set_fifth! (i32.const 0))
  (call $begin_weighing!)
  (call $enter_bracket!)
  (call $next!)
  (call $property))

(func $property (result i32)
  (local $token i32)
  (local.set $token (global.get $token))
  (if (i32.eq (local.get $token) (global.get $T_RIGHT_BRACE))
    (then (return (call $end_object))))
  (call $set_fourth! (global.get $token_start))
  (call $set_operator! (global.get $K_PROPERTY))
  (call $set_third! (i32.const 0))
  (if (i32.eq (local.get $token) (global.get $T_ELLIPSIS))
    (then
      (call $then! (global.get $S_AFTER_SPREAD_PROPERTY))
      (call $begin_spread)
      (return (call $begin_assignment!))))
  (if (i32.eq (local.get $token) (global.get $T_STAR))
    (then
      (call $next!)
      (call $set_third! (global.get $F_GENERATOR)))
    (else
      (if (call $peek_modifier!) (then (return (call $modified_property (local.get $token)))))))
  (if (i32.eqz (call $take_key (global.get $S_AFTER_COMPUTED_KEY)))
    (then (return (global.get $S_OPERAND))))
  (call $behind_key (local.get $token)))

;; Whether the token at hand is `async`, `get` or `set`.
(func $peek_modifier! (result i32)
  (i32.or
    (call $peek! (global.get $T_ASYNC))
    (call $peek_range! (global.get $T_GET) (global.get $T_SET))))

;; Whether what stands behind a modifier tells that it is a key itself.
(func $ends_key! (result i32)
  (i32.or
    (i32.or
      (i32.or (call $peek! (global.get $T_LEFT_PAREN)) (call $peek! (global.get $T_COMMA)))
      (i32.or (call $peek! (global.get $T_COLON)) (call $peek! (global.get $T_RIGHT_BRACE))))
    (i32.or
      (i32.or (call $peek! (global.get $T_ASSIGN)) (call $peek! (global.get $T_SEMICOLON)))
      (call $peek! (global.get $T_END)))))

;; `async`, `get` or `set`, which is `token`, is at hand: a modifier, or a key.
(func $modified_property (param $token i32) (result i32)
  (local $start i32)
  (local $stop i32)
  (local.set $start (global.get $token_start))
  (local.set $stop (global.get $token_stop))
  (call $next!)
  (if (call $ends_key!)
    (then
      (call $emit_name (local.get $start) (local.get $stop) (i32.const 0))
      (return (call $behind_key (local.get $token)))))
  (call $set_third! (call $modifier_kind (local.get $token)))
  (if (i32.eqz (call $take_key (global.get $S_AFTER_COMPUTED_KEY)))
    (then (return (global.get $S_OPERAND))))
  (call $behind_key (local.get $token)))

;; What kind of method a modifier makes; `*` may follow `async`.
(func $modifier_kind (param $token i32) (result i32)
  (if (i32.eq (local.get $token) (global.get $T_GET))
    (then (return (global.get $FN_GETTER))))
  (if (i32.eq (local.get $token) (global.get $T_SET))
    (then (return (global.get $FN_SETTER))))
  (if (call $after_newline!) (then (call $refuse_token (global.get $E_NEWLINE))))
  (if (call $eat! (global.get $T_STAR))
    (then (return (i32.or (global.get $F_ASYNC) (global.get $F_GENERATOR)))))
  (global.get $F_ASYNC))

;; Takes a key, and gives 1. Where it is computed it gives 0: an expression follows, behind which
;; the frame goes on with `state`.
(func $take_key (param $state i32) (result i32)
  (if (call $peek_word!)
    (then
      (call $take_leaf! (global.get $K_IDENTIFIER))
      (return (i32.const 1))))
  (if (call $peek_range! (global.get $T_NUMBER) (global.get $T_STRING))
    (then
      (call $take_leaf (call $literal_head!))
      (return (i32.const 1))))
  (if (call $peek! (global.get $T_LEFT_BRACKET))
    (then
      (call $then! (local.get $state))
      (call $next!)
      (global.set $power (global.get $P_ASSIGNMENT))
      (return (i32.const 0))))
  (call $refuse_unexpected)
  (i32.const 1))

(func $end_key
  (call $expect! (global.get $T_RIGHT_BRACKET)))

(func $after_computed_key (result i32)
  (call $end_key)
  (call $set_operator!
    (call $head_of! (global.get $K_PROPERTY) (global.get $F_COMPUTED) (i32.const 0)))
  (call $behind_key (global.get $T_RIGHT_BRACKET)))

;; A key has been read, which began with `token`.
(func $behind_key (param $token i32) (result i32)
  (call $set_first! (global.get $node))
  (call $then! (global.get $S_AFTER_PROPERTY_VALUE))
  (if (i32.or (call $peek! (global.get $T_LEFT_PAREN)) (call $third!))
    (then (return (call $begin_property_method))))
  (if (call $peek! (global.get $T_COLON))
    (then
      (call $next!)
      (call $check_proto (local.get $token))
      (return (call $begin_assignment!))))
  (call $begin_shorthand (local.get $token)))

;; Notes that `__proto__` is set, and that it is for the second time.
(func $check_proto (param $token i32)
  (local $key i32)
  (if (i32.ne (local.get $token) (global.get $T_NAME))
    (then (if (i32.ne (local.get $token) (global.get $T_STRING)) (then (return)))))
  (local.set $key (call $first!))
  (if (i32.eqz (call $text_is_proto (local.get $key))) (then (return)))
  (if (call $fifth!)
    (then
      (call $set_operator!
        (i32.or (call $operator!) (i32.shl (global.get $F_PROTO_TWICE) (i32.const 8))))))
  (call $set_fifth! (i32.const 1)))

(func $begin_property_method (result i32)
  (local $kind i32)
  (local.set $kind (call $third!))
  (if (i32.and (local.get $kind) (i32.or (global.get $FN_GETTER) (global.get $FN_SETTER)))
    (then
      (call $set_operator!
        (i32.or
          (call $operator!)
          (i32.shl
            (select
              (global.get $D_PROPERTY_GET) (global.get $D_PROPERTY_SET)
              (i32.and (local.get $kind) (global.get $FN_GETTER)))
            (i32.const 16)))))
    (else
      (call $set_operator!
        (i32.or (call $operator!) (i32.shl (global.get $F_METHOD) (i32.const 8))))))
  (call $begin_parameters
    (global.get $token_start) (i32.const 0) (global.get $K_FUNCTION_EXPRESSION)
    (i32.or (local.get $kind) (global.get $FN_METHOD)) (global.get $C_SUPER_PROPERTY)))

;; A key that is a name as well.
(func $check_shorthand (param $token i32) (param $key i32)
  (if (i32.ne (call $kind_of! (local.get $key)) (global.get $K_IDENTIFIER))
    (then (call $refuse_wanted (global.get $T_COLON))))
  (if (i32.ne (local.get $token) (global.get $T_NAME))
    (then
      (call $check_name_as
        (local.get $token)
        (call $start_of! (local.get $key)) (call $stop_of! (local.get $key))))))

;; `{a}`, and `{a = 1}`, which is for patterns only.
(func $begin_shorthand (param $token i32) (result i32)
  (local $key i32)
  (local.set $key (call $first!))
  (call $check_shorthand (local.get $token) (local.get $key))
  (if (i32.eq (local.get $token) (global.get $T_ARGUMENTS))
    (then
      (if (call $has! (i32.or (global.get $C_FIELD) (global.get $C_STATIC_BLOCK)))
        (then (call $refuse_record (global.get $E_ARGUMENTS_IN_FIELD) (local.get $key))))))
  (call $set_operator!
    (call $head_of! (global.get $K_PROPERTY) (global.get $F_SHORTHAND) (i32.const 0)))
  (if (call $peek! (global.get $T_ASSIGN))
    (then
      (call $push! (global.get $S_AFTER_SHORTHAND_VALUE) (call $start_of! (local.get $key)))
      (call $set_first! (local.get $key))
      (call $next!)
      (return (call $begin_assignment!))))
  (global.set $node (local.get $key))
  (call $after_property_value))

(func $after_shorthand_value (result i32)
  (call $emit_2!
    (global.get $K_ASSIGNMENT_PATTERN) (call $start!) (call $first!) (global.get $node))
  (call $open_cover)
  (call $leave!)
  (call $resume!))

(func $after_property_value (result i32)
  (call $emit_2! (call $operator!) (call $fourth!) (call $first!) (global.get $node))
  (if
    (i32.and (call $operator!) (i32.shl (global.get $F_PROTO_TWICE) (i32.const 8)))
    (then (call $open_cover)))
  (call $after_spread_property))

(func $after_spread_property (result i32)
  (call $link!)
  (call $weigh_item!)
  (if (call $eat! (global.get $T_COMMA)) (then (return (global.get $S_PROPERTY))))
  (call $end_object))

(func $end_object (result i32)
  (call $expect_close! (global.get $T_RIGHT_BRACE) (call $start!))
  (call $end_weighing!)
  (call $emit_1! (global.get $K_OBJECT_EXPRESSION) (call $start!) (call $head!))
  (call $leave_bracket!)
  (call $suffix))
