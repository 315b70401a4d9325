;; Imports and exports.

;; Whether items of a module may stand here: at its top, outside of every block.
(func $check_module_place (param $code i32)
  (if
    (i32.or
      (i32.eqz (call $has! (global.get $C_MODULE)))
      (i32.ne (global.get $frame) (global.get $FRAMES)))
    (then (call $refuse_token (local.get $code))))
  (global.set $header_bits (i32.or (global.get $header_bits) (global.get $HEADER_MODULE))))

;; `import` is at hand: a declaration, or an expression begins.
(func $import_statement (result i32)
  (local $start i32)
  (local $stop i32)
  (local.set $start (global.get $token_start))
  (local.set $stop (global.get $token_stop))
  (call $next!)
  (if (i32.or (call $peek! (global.get $T_LEFT_PAREN)) (call $peek! (global.get $T_DOT)))
    (then
      (call $push! (global.get $S_AFTER_EXPRESSION_STATEMENT) (local.get $start))
      (global.set $power (global.get $P_SEQUENCE))
      (return (call $import_behind (local.get $start)))))
  (call $check_module_place (global.get $E_IMPORT_PLACE))
  (call $begin_import (local.get $start)))

;; An import declaration; what is behind `import` is at hand.
;;   operator: the head of its record; first: its source; second: its specifiers
(func $begin_import (param $start i32) (result i32)
  (call $push! (global.get $S_IMPORT_SPECIFIER) (local.get $start))
  (call $set_second! (i32.const 0))
  (call $set_operator! (global.get $K_IMPORT_DECLARATION))
  (global.set $binding (global.get $SORT_LEXICAL))
  (if (call $peek! (global.get $T_STRING)) (then (return (call $import_source))))
  (if (call $peek_name!)
    (then
      (call $take_binding_name)
      (call $emit_1!
        (global.get $K_IMPORT_DEFAULT_SPECIFIER) (global.get $node_start) (global.get $node))
      (call $link!)
      (if (i32.eqz (call $eat! (global.get $T_COMMA)))
        (then (return (call $import_from))))))
  (if (call $peek! (global.get $T_STAR)) (then (return (call $import_namespace))))
  (call $expect! (global.get $T_LEFT_BRACE))
  (call $import_specifier))

(func $import_namespace (result i32)
  (local $start i32)
  (local.set $start (global.get $token_start))
  (call $next!)
  (call $expect! (global.get $T_AS))
  (call $take_local_name)
  (call $emit_1!
    (global.get $K_IMPORT_NAMESPACE_SPECIFIER) (local.get $start) (global.get $node))
  (call $link!)
  (call $import_from))

(func $take_local_name
  (if (i32.eqz (call $peek_name!)) (then (call $refuse_token (global.get $E_IMPORT_NAME))))
  (call $take_binding_name))

;; `a`, `a as b`, `"a" as b`, or the end of them.
(func $import_specifier (result i32)
  (local $token i32)
  (local $start i32)
  (local $imported i32)
  (if (call $eat! (global.get $T_RIGHT_BRACE)) (then (return (call $import_from))))
  (local.set $token (global.get $token))
  (local.set $start (global.get $token_start))
  (call $take_module_name)
  (local.set $imported (global.get $node))
  (if (call $eat! (global.get $T_AS))
    (then (call $take_local_name))
    (else
      (if (i32.eq (local.get $token) (global.get $T_STRING))
        (then (call $refuse_wanted (global.get $T_AS))))
      (call $check_local (local.get $token) (local.get $imported))
      (call $declare_binding (local.get $imported))))
  (call $emit_2!
    (global.get $K_IMPORT_SPECIFIER) (local.get $start)
    (local.get $imported) (global.get $node))
  (call $link!)
  (if (i32.eqz (call $peek! (global.get $T_RIGHT_BRACE)))
    (then (call $expect! (global.get $T_COMMA))))
  (global.get $S_IMPORT_SPECIFIER))

;; The imported name is the local one as well.
(func $check_local (param $token i32) (param $ref i32)
  (call $check_name_as
    (local.get $token) (call $start_of! (local.get $ref)) (call $stop_of! (local.get $ref)))
  (call $check_target_name (local.get $ref)))

;; A name of an import or export: any word, or a string.
(func $take_module_name
  (if (call $peek_word!)
    (then (call $take_leaf (global.get $K_IDENTIFIER)))
    (else
      (if (call $peek! (global.get $T_STRING))
        (then
          (call $take_leaf (global.get $K_STRING_LITERAL))
          (call $check_surrogates (global.get $node)))
        (else (call $refuse_unexpected))))))

;; A string that is a name has no lone surrogate: those are ED A0 to ED BF in its cooked text.
(func $check_surrogates (param $ref i32)
  (local $ptr i32)
  (local $stop i32)
  (if
    (i32.eqz (i32.and (call $flags_of! (local.get $ref)) (global.get $F_COOKED)))
    (then (return)))
  (local.set $ptr (i32.add (call $record! (local.get $ref)) (i32.const 16)))
  (local.set $stop
    (i32.add (local.get $ptr) (i32.add (i32.load (local.get $ptr)) (i32.const 4))))
  (local.set $ptr (i32.add (local.get $ptr) (i32.const 4)))
  (loop $next_byte
    (if (i32.lt_u (local.get $ptr) (local.get $stop))
      (then
        (if
          (i32.eq
            (i32.and (i32.load16_u (local.get $ptr)) (i32.const 0xe0ff))
            (i32.const 0xa0ed))
          (then (call $refuse_record (global.get $E_STRING_SURROGATE) (local.get $ref))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next_byte)))))

(func $import_from (result i32)
  (call $expect! (global.get $T_FROM))
  (call $import_source))

;; The source of an import or export, and what the list had.
(func $import_source (result i32)
  (call $take_source)
  (call $begin_attributes))

(func $take_source
  (if (i32.eqz (call $peek! (global.get $T_STRING)))
    (then (call $refuse_wanted (global.get $T_STRING))))
  (call $take_leaf (global.get $K_STRING_LITERAL))
  (call $set_first! (global.get $node))
  (call $set_second! (call $take_list!)))

;; `with { a: "b" }`
(func $begin_attributes (result i32)
  (if (call $eat! (global.get $T_WITH))
    (then
      (call $expect! (global.get $T_LEFT_BRACE))
      (call $then! (global.get $S_ATTRIBUTE))
      ;; No attribute stands twice, as no name is declared twice in a scope.
      (call $open_scope (global.get $SCOPE_BLOCK))
      (return (call $attribute))))
  (call $end_module_item))

(func $attribute (result i32)
  (local $start i32)
  (local $key i32)
  (if (call $eat! (global.get $T_RIGHT_BRACE))
    (then
      (call $close_scope)
      (return (call $end_module_item))))
  (local.set $start (global.get $token_start))
  (if (call $peek! (global.get $T_STRING))
    (then (call $take_leaf (global.get $K_STRING_LITERAL)))
    (else
      (if (i32.eqz (call $peek_word!)) (then (call $refuse_unexpected)))
      (call $take_leaf (global.get $K_IDENTIFIER))))
  (local.set $key (global.get $node))
  (call $declare (local.get $key) (global.get $SORT_LEXICAL))
  (call $expect! (global.get $T_COLON))
  (if (i32.eqz (call $peek! (global.get $T_STRING)))
    (then (call $refuse_token (global.get $E_ATTRIBUTE_VALUE))))
  (call $take_leaf (global.get $K_STRING_LITERAL))
  (call $emit_2!
    (global.get $K_IMPORT_ATTRIBUTE) (local.get $start) (local.get $key) (global.get $node))
  (call $link!)
  (if (i32.eqz (call $peek! (global.get $T_RIGHT_BRACE)))
    (then (call $expect! (global.get $T_COMMA))))
  (global.get $S_ATTRIBUTE))

;; The end of an import or export.
;;   operator: its kind; first: its source; second: its specifiers, or the name of `export *`
(func $end_module_item (result i32)
  (local $kind i32)
  (local.set $kind (call $operator!))
  (call $expect_semicolon!)
  (if (i32.eq (local.get $kind) (global.get $K_IMPORT_DECLARATION))
    (then
      (call $emit_3!
        (global.get $K_IMPORT_DECLARATION) (call $start!)
        (call $second!) (call $first!) (call $head!))))
  (if (i32.eq (local.get $kind) (global.get $K_EXPORT_NAMED_DECLARATION))
    (then
      (call $emit_4!
        (global.get $K_EXPORT_NAMED_DECLARATION) (call $start!)
        (i32.const 0) (call $second!) (call $first!) (call $head!))))
  (if (i32.eq (local.get $kind) (global.get $K_EXPORT_ALL_DECLARATION))
    (then
      (call $emit_3!
        (global.get $K_EXPORT_ALL_DECLARATION) (call $start!)
        (call $third!) (call $first!) (call $head!))))
  (call $pop!)
  (call $resume!))

;; `export` is at hand.
(func $begin_export (result i32)
  (call $check_module_place (global.get $E_EXPORT_PLACE))
  (call $push! (global.get $S_EXPORT_SPECIFIER) (global.get $token_start))
  (call $set_first! (i32.const 0))
  (call $set_second! (i32.const 0))
  (call $set_third! (i32.const 0))
  (call $set_operator! (global.get $K_EXPORT_NAMED_DECLARATION))
  (call $next!)
  (if (call $eat! (global.get $T_LEFT_BRACE)) (then (return (call $export_specifier))))
  (if (call $peek! (global.get $T_STAR)) (then (return (call $export_all))))
  (if (call $peek! (global.get $T_DEFAULT)) (then (return (call $begin_export_default))))
  (call $begin_export_declaration))

(func $export_all (result i32)
  (call $next!)
  (call $set_operator! (global.get $K_EXPORT_ALL_DECLARATION))
  (if (call $eat! (global.get $T_AS))
    (then
      (call $take_module_name)
      (call $set_third! (global.get $node))
      (call $export_name (global.get $node))))
  (call $import_from))

;; `a`, `a as b`, or the end of them.
;;   third: the first local name that cannot be one of this module; fourth: its token
(func $export_specifier (result i32)
  (local $token i32)
  (local $start i32)
  (local $local i32)
  (if (call $eat! (global.get $T_RIGHT_BRACE)) (then (return (call $end_specifiers))))
  (local.set $token (global.get $token))
  (local.set $start (global.get $token_start))
  (call $take_module_name)
  (local.set $local (global.get $node))
  (if
    (i32.or
      (i32.eq (local.get $token) (global.get $T_STRING))
      (i32.gt_u (local.get $token) (global.get $T_ARGUMENTS)))
    (then
      (if (i32.eqz (call $third!))
        (then
          (call $set_third! (local.get $local))
          (call $set_fourth! (local.get $token))))))
  (if (call $eat! (global.get $T_AS)) (then (call $take_module_name)))
  (call $export_name (global.get $node))
  (call $emit_2!
    (global.get $K_EXPORT_SPECIFIER) (local.get $start) (local.get $local) (global.get $node))
  (call $link!)
  (if (i32.eqz (call $peek! (global.get $T_RIGHT_BRACE)))
    (then (call $expect! (global.get $T_COMMA))))
  (global.get $S_EXPORT_SPECIFIER))

;; Without a source the names are those of this module.
(func $end_specifiers (result i32)
  (local $ref i32)
  (if (call $eat! (global.get $T_FROM)) (then (return (call $import_source))))
  (if (call $third!)
    (then
      (if (i32.eq (call $fourth!) (global.get $T_STRING))
        (then (call $refuse_record (global.get $E_EXPORT_STRING) (call $third!)))
        (else
          (call $refuse_record (global.get $E_EXPORT_RESERVED) (call $third!))))))
  (local.set $ref (call $head!))
  (loop $next_specifier
    (if (local.get $ref)
      (then
        (call $export_local (call $one_of! (local.get $ref)))
        (local.set $ref (call $link_of! (local.get $ref)))
        (br $next_specifier))))
  (call $set_second! (call $take_list!))
  (call $end_module_item))

;; `export` in front of a declaration, which is at hand.
(func $begin_export_declaration (result i32)
  (local $start i32)
  (local.set $start (global.get $token_start))
  (call $then! (global.get $S_AFTER_EXPORTED))
  (if (call $peek! (global.get $T_FUNCTION))
    (then
      (return
        (call $begin_function_declaration
          (local.get $start) (i32.const 0) (global.get $PLACE_LIST)))))
  (if (call $peek! (global.get $T_CLASS))
    (then (return (call $begin_class_declaration (i32.const 0)))))
  (if (call $eat! (global.get $T_ASYNC))
    (then
      (if
        (i32.or
          (i32.ne (global.get $token) (global.get $T_FUNCTION))
          (call $after_newline!))
        (then (call $refuse_unexpected)))
      (return
        (call $begin_function_declaration
          (local.get $start) (global.get $F_ASYNC) (global.get $PLACE_LIST)))))
  (global.set $exported (global.get $EXPORTED))
  (if (call $eat! (global.get $T_CONST))
    (then
      (return
        (call $begin_declaration
          (local.get $start) (global.get $D_VARIABLE_CONST) (i32.const 0)))))
  (if (call $eat! (global.get $T_LET))
    (then
      (return
        (call $begin_declaration
          (local.get $start) (global.get $D_VARIABLE_LET) (i32.const 0)))))
  (if (call $eat! (global.get $T_VAR))
    (then
      (return
        (call $begin_declaration
          (local.get $start) (global.get $D_VARIABLE_VAR) (i32.const 0)))))
  (call $refuse_unexpected)
  (call $resume!))

(func $after_exported (result i32)
  (local $kind i32)
  (local.set $kind (call $kind_of! (global.get $node)))
  (if
    (i32.or
      (i32.eq (local.get $kind) (global.get $K_FUNCTION_DECLARATION))
      (i32.eq (local.get $kind) (global.get $K_CLASS_DECLARATION)))
    (then (call $export_name (call $one_of! (global.get $node)))))
  (call $emit_4!
    (global.get $K_EXPORT_NAMED_DECLARATION) (call $start!)
    (global.get $node) (i32.const 0) (i32.const 0) (i32.const 0))
  (call $pop!)
  (call $resume!))

;; `default` is at hand.
(func $begin_export_default (result i32)
  (local $start i32)
  (local $stop i32)
  (call $next!)
  (local.set $start (global.get $token_start))
  (local.set $stop (global.get $token_stop))
  (call $then! (global.get $S_AFTER_EXPORTED_DEFAULT))
  (if (call $peek! (global.get $T_FUNCTION))
    (then
      (return
        (call $begin_function_declaration
          (local.get $start) (i32.const 0) (global.get $PLACE_DEFAULT)))))
  (if (call $peek! (global.get $T_CLASS))
    (then (return (call $begin_class_declaration (i32.const 1)))))
  (if (call $peek! (global.get $T_ASYNC))
    (then
      (call $next!)
      (if (call $peek! (global.get $T_FUNCTION))
        (then
          (if (i32.eqz (call $after_newline!))
            (then
              (return
                (call $begin_function_declaration
                  (local.get $start) (global.get $F_ASYNC) (global.get $PLACE_DEFAULT)))))))
      (call $then! (global.get $S_AFTER_DEFAULT_EXPRESSION))
      (global.set $power (global.get $P_ASSIGNMENT))
      (return (call $async_behind (local.get $start) (local.get $stop)))))
  (call $then! (global.get $S_AFTER_DEFAULT_EXPRESSION))
  (call $begin_assignment!))

(func $after_default_expression (result i32)
  (call $expect_semicolon!)
  (call $after_exported_default))

(func $after_exported_default (result i32)
  (call $export_default (global.get $node))
  (call $emit_1!
    (global.get $K_EXPORT_DEFAULT_DECLARATION) (call $start!) (global.get $node))
  (call $pop!)
  (call $resume!))
