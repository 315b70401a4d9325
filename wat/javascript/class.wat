;; Classes.
;;
;; The frame of a class:
;;   first: its name; second: what it extends; third: what kind the member is, `$FN_…`;
;;   fourth: where the member begins; fifth: where the body does; sixth: the member's key;
;;   seventh: `$BODY_…`; operator: flags of the member's record

(global $BODY_OPERAND     i32 (i32.const 1)) ;; an expression
(global $BODY_CONSTRUCTED i32 (i32.const 2)) ;; it has a constructor

(func $begin_class_expression (result i32)
  (local $start i32)
  (local.set $start (global.get $token_start))
  (call $push! (global.get $S_AFTER_HERITAGE) (local.get $start))
  (call $set_seventh! (global.get $BODY_OPERAND))
  (call $add_context! (global.get $C_STRICT))
  (call $next!)
  (global.set $node (i32.const 0))
  (if (call $peek_name!) (then (call $take_class_name)))
  (call $class_heritage))

;; `class` is the token at hand, and the frame waits for a statement. The name may be missing where
;; `is_default`.
(func $begin_class_declaration (param $is_default i32) (result i32)
  (call $push! (global.get $S_AFTER_HERITAGE) (global.get $token_start))
  (call $set_seventh! (i32.const 0))
  (call $add_context! (global.get $C_STRICT))
  (call $next!)
  (global.set $node (i32.const 0))
  (if (call $peek_name!)
    (then
      (call $take_class_name)
      (call $declare (global.get $node) (global.get $SORT_LEXICAL)))
    (else
      (if (i32.eqz (local.get $is_default))
        (then (call $refuse_token (global.get $E_CLASS_NAME))))))
  (call $class_heritage))

(func $take_class_name
  (call $check_name)
  (call $take_leaf (global.get $K_IDENTIFIER))
  (call $check_target_name (global.get $node)))

(func $class_heritage (result i32)
  (call $set_first! (global.get $node))
  (if (call $eat! (global.get $T_EXTENDS))
    (then
      (global.set $power (global.get $P_SUFFIX))
      (return (global.get $S_OPERAND))))
  (global.set $node (i32.const 0))
  (call $after_heritage))

(func $after_heritage (result i32)
  (call $set_second! (global.get $node))
  (call $enter_bracket!)
  (call $set_fifth! (global.get $token_start))
  (call $open_class)
  (call $expect! (global.get $T_LEFT_BRACE))
  (call $class_member))

(func $after_member (result i32)
  (call $link!)
  (global.get $S_CLASS_MEMBER))

;; A member of a class, or the end of it.
(func $class_member (result i32)
  (local $token i32)
  (local.set $token (global.get $token))
  (if (i32.eq (local.get $token) (global.get $T_SEMICOLON))
    (then
      (call $next!)
      (return (global.get $S_CLASS_MEMBER))))
  (if
    (i32.or
      (i32.eq (local.get $token) (global.get $T_RIGHT_BRACE))
      (i32.eq (local.get $token) (global.get $T_END)))
    (then (return (call $end_class))))
  (call $set_fourth! (global.get $token_start))
  (call $set_third! (i32.const 0))
  (call $set_operator! (i32.const 0))
  (if (i32.eq (local.get $token) (global.get $T_STATIC))
    (then (return (call $static_member))))
  (call $member_key))

;; `static` is at hand: a modifier, or a key.
(func $static_member (result i32)
  (local $start i32)
  (local $stop i32)
  (local.set $start (global.get $token_start))
  (local.set $stop (global.get $token_stop))
  (call $next!)
  (if (call $ends_key!)
    (then
      (call $emit_name (local.get $start) (local.get $stop) (i32.const 0))
      (return (call $behind_member_key))))
  (if (call $peek! (global.get $T_LEFT_BRACE)) (then (return (call $begin_static_block))))
  (call $set_operator! (global.get $F_STATIC))
  (call $member_key))

(func $member_key (result i32)
  (local $token i32)
  (local $start i32)
  (local $stop i32)
  (local.set $token (global.get $token))
  (if (call $peek_modifier!)
    (then
      (local.set $start (global.get $token_start))
      (local.set $stop (global.get $token_stop))
      (call $next!)
      (if
        (i32.or
          (call $ends_key!)
          (select
            (call $after_newline!) (call $peek! (global.get $T_STAR))
            (i32.eq (local.get $token) (global.get $T_ASYNC))))
        (then
          (call $emit_name (local.get $start) (local.get $stop) (i32.const 0))
          (return (call $behind_member_key))))
      (call $set_third! (call $modifier_kind (local.get $token))))
    (else
      (if (call $eat! (global.get $T_STAR)) (then (call $set_third! (global.get $F_GENERATOR))))))
  (if (call $peek! (global.get $T_PRIVATE_NAME))
    (then
      (call $take_leaf (global.get $K_PRIVATE_IDENTIFIER))
      (if (call $text_is_constructor (global.get $node))
        (then (call $refuse_record (global.get $E_CONSTRUCTOR_PRIVATE) (global.get $node))))
      (call $declare_private (global.get $node) (call $private_sort))
      (return (call $behind_member_key))))
  (if (i32.eqz (call $take_key (global.get $S_AFTER_CLASS_KEY)))
    (then (return (global.get $S_OPERAND))))
  (call $behind_member_key))

;; What a private name is declared as: a getter and a setter may share one.
(func $private_sort (result i32)
  (if (i32.eqz (call $has_kind! (i32.or (global.get $FN_GETTER) (global.get $FN_SETTER))))
    (then (return (global.get $SORT_PRIVATE))))
  (if (call $has_kind! (global.get $FN_GETTER))
    (then
      (return
        (select
          (global.get $SORT_STATIC_GETTER) (global.get $SORT_GETTER) (call $operator!)))))
  (select (global.get $SORT_STATIC_SETTER) (global.get $SORT_SETTER) (call $operator!)))

(func $after_class_key (result i32)
  (call $end_key)
  (call $set_operator! (i32.or (call $operator!) (global.get $F_CLASS_COMPUTED)))
  (call $behind_member_key))

;; A key has been read: a method or a field.
(func $behind_member_key (result i32)
  (local $is_constructor i32)
  (local $is_static i32)
  (call $set_sixth! (global.get $node))
  (local.set $is_static (i32.and (call $operator!) (global.get $F_STATIC)))
  (if (i32.or (call $peek! (global.get $T_LEFT_PAREN)) (call $third!))
    (then
      (if (i32.eqz (i32.and (call $operator!) (global.get $F_CLASS_COMPUTED)))
        (then
          (if (local.get $is_static)
            (then (call $check_static_key (global.get $node)))
            (else (local.set $is_constructor (call $is_constructor (global.get $node)))))))
      (return (call $begin_class_method (local.get $is_constructor)))))
  (if (i32.eqz (i32.and (call $operator!) (global.get $F_CLASS_COMPUTED)))
    (then
      (if (local.get $is_static) (then (call $check_static_key (global.get $node))))
      (if (call $is_constructor (global.get $node))
        (then (call $refuse_record (global.get $E_CONSTRUCTOR_FIELD) (global.get $node))))))
  (call $then! (global.get $S_AFTER_FIELD))
  (if (call $peek! (global.get $T_ASSIGN))
    (then
      (call $next!)
      (global.set $context
        (i32.or
          (call $has! (i32.or (global.get $C_STRICT) (global.get $C_MODULE)))
          (i32.or
            (global.get $C_FIELD)
            (i32.or (global.get $C_SUPER_PROPERTY) (global.get $C_NEW_TARGET)))))
      (return (call $begin_assignment!))))
  (global.set $node (i32.const 0))
  (call $after_field))

;; Whether a key that is not computed says `constructor`: private ones do not.
(func $is_constructor (param $key i32) (result i32)
  (if (i32.eq (call $kind_of! (local.get $key)) (global.get $K_PRIVATE_IDENTIFIER))
    (then (return (i32.const 0))))
  (call $text_is_constructor (local.get $key)))

(func $check_static_key (param $key i32)
  (if (i32.eq (call $kind_of! (local.get $key)) (global.get $K_PRIVATE_IDENTIFIER))
    (then (return)))
  (if (call $text_is_prototype (local.get $key))
    (then (call $refuse_record (global.get $E_PROTOTYPE_STATIC) (local.get $key)))))

;; The context of a class's body: the one around it, in strict code.
(func $restore_class_context!
  (global.set $context
    (i32.or (i32.load offset=28 (;CONTEXT;) (global.get $frame)) (global.get $C_STRICT)))
  (call $enter_bracket!))

(func $after_field (result i32)
  (call $restore_class_context!)
  (call $expect_semicolon!)
  (call $emit_2!
    (call $head_of! (global.get $K_PROPERTY_DEFINITION) (call $operator!) (i32.const 0))
    (call $fourth!) (call $sixth!) (global.get $node))
  (call $after_member))

(func $begin_class_method (param $is_constructor i32) (result i32)
  (local $kind i32)
  (local $data i32)
  (local $context i32)
  (local.set $kind (call $third!))
  (local.set $context (global.get $C_SUPER_PROPERTY))
  (local.set $data (global.get $D_METHOD_METHOD))
  (if (i32.and (local.get $kind) (global.get $FN_GETTER))
    (then (local.set $data (global.get $D_METHOD_GET))))
  (if (i32.and (local.get $kind) (global.get $FN_SETTER))
    (then (local.set $data (global.get $D_METHOD_SET))))
  (if (local.get $is_constructor)
    (then
      (if (local.get $kind)
        (then (call $refuse_record (global.get $E_CONSTRUCTOR_KIND) (call $sixth!))))
      (if (i32.and (call $seventh!) (global.get $BODY_CONSTRUCTED))
        (then (call $refuse_record (global.get $E_CONSTRUCTOR_TWICE) (call $sixth!))))
      (call $set_seventh! (i32.or (call $seventh!) (global.get $BODY_CONSTRUCTED)))
      (local.set $data (global.get $D_METHOD_CONSTRUCTOR))
      (if (call $second!)
        (then
          (local.set $context
            (i32.or (global.get $C_SUPER_PROPERTY) (global.get $C_SUPER_CALL)))))))
  (call $set_operator!
    (call $head_of! (global.get $K_METHOD_DEFINITION) (call $operator!) (local.get $data)))
  (call $then! (global.get $S_AFTER_CLASS_METHOD))
  (call $begin_parameters
    (global.get $token_start) (i32.const 0) (global.get $K_FUNCTION_EXPRESSION)
    (i32.or (local.get $kind) (global.get $FN_METHOD)) (local.get $context)))

(func $after_class_method (result i32)
  (call $emit_2! (call $operator!) (call $fourth!) (call $sixth!) (global.get $node))
  (call $after_member))

;; The brace behind `static` is the token at hand.
(func $begin_static_block (result i32)
  (local $start i32)
  (local.set $start (call $fourth!))
  (call $then! (global.get $S_AFTER_MEMBER))
  (call $push! (global.get $S_AFTER_BODY_ITEM) (local.get $start))
  (call $set_third! (global.get $FN_BLOCK))
  (call $set_fourth! (global.get $token_start))
  (call $keep_outside!)
  (call $open_scope (global.get $SCOPE_FUNCTION))
  (global.set $context
    (i32.or
      (call $has! (i32.or (global.get $C_STRICT) (global.get $C_MODULE)))
      (i32.or
        (global.get $C_STATIC_BLOCK)
        (i32.or (global.get $C_SUPER_PROPERTY) (global.get $C_NEW_TARGET)))))
  (call $next!)
  (call $begin_weighing!)
  (call $body_item))

(func $end_static_block (result i32)
  (call $expect! (global.get $T_RIGHT_BRACE))
  (call $emit_1! (global.get $K_STATIC_BLOCK) (call $start!) (call $head!))
  (global.set $doubled (call $fifth!))
  (call $restore_outside!)
  (call $resume!))

(func $end_class (result i32)
  (local $is_operand i32)
  (call $expect_close! (global.get $T_RIGHT_BRACE) (call $fifth!))
  (call $close_class)
  (call $emit_1! (global.get $K_CLASS_BODY) (call $fifth!) (call $head!))
  (local.set $is_operand (i32.and (call $seventh!) (global.get $BODY_OPERAND)))
  (call $emit_3!
    (select
      (global.get $K_CLASS_EXPRESSION) (global.get $K_CLASS_DECLARATION)
      (local.get $is_operand))
    (call $start!) (call $first!) (call $second!) (global.get $node))
  (call $leave_bracket!)
  (if (local.get $is_operand) (then (return (call $suffix))))
  (call $resume!))
