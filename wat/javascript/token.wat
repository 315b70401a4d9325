;; ---- The next token

;; The lexer takes the longest token that can stand anywhere. What depends on the grammar, it leaves
;; to those who know: `/` is an operator until `rescan_regexp` makes a regular expression of it, and
;; `}` a brace until `rescan_template` makes the next piece of a template of it.

;; A byte's class with this bit is a token of that one byte, and the rest is its number.
(global $SINGLE i32 (i32.const 0x80))

;; One token or the other, by whether the byte at `at` is `byte`.
(func $either! (param $at i32) (param $byte i32) (param $yes i32) (param $no i32) (result i32)
  (select
    (local.get $yes)
    (local.get $no)
    (i32.eq (i32.load8_u (local.get $at)) (local.get $byte))))

;; Scans the token behind the one at hand.
(func $scan_token
  (local $at i32)     ;; where it begins, once trivia is passed over
  (local $stop i32)   ;; where it ends
  (local $class i32)
  (local $token i32)
  (local $traits i32)
  (global.set $last_stop (global.get $token_stop))
  ;; Most often what is between two tokens is nothing, or a space.
  (local.set $at (global.get $scan))
  (local.set $at
    (i32.add
      (local.get $at)
      (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x20))))
  (block $found
    (block $operator
      (block $literal
        (block $word
          (loop $again
            (local.set $class (call $class_of! (i32.load8_u (local.get $at))))
            ;; Two in three tokens are words or single bytes.
            (if (i32.eq (local.get $class) (global.get $CLASS_WORD))
              (then
                (local.set $stop (call $word_stop! (local.get $at)))
                ;; A word may go on with an escape, or with what is not ASCII.
                (br_if $word
                  (i32.le_u
                    (i32.sub
                      (call $class_of! (i32.load8_u (local.get $stop)))
                      (global.get $CLASS_BACKSLASH))
                    (i32.const 1)))
                (local.set $token (call $keyword! (local.get $at) (local.get $stop)))
                (br $found)))
            (if (i32.ge_u (local.get $class) (global.get $SINGLE))
              (then
                (local.set $token
                  (i32.sub (local.get $class) (global.get $SINGLE)))
                (local.set $stop (i32.add (local.get $at) (i32.const 1)))
                (br $found)))
            (block $space
              (block $line
                (block $bad
                  (block $high
                    (block $digit
                      (block $dot
                        (block $quote
                          (block $backquote
                            (block $hash
                              (block $slash
                                (block $less
                                  (block $equals
                                    (block $minus
                                      (block $other
                                        (br_table $bad $space $line $word $word $high $digit $dot
                                          $quote $backquote $hash $slash $less $other $equals
                                          $other $other $minus $other
                                          (local.get $class)))
                                      (local.set $token
                                        (call $other_operator
                                          (local.get $at)
                                          (local.get $class)))
                                      (br $operator))
                                    ;; `-`
                                    (if
                                      (call $is_html_close!
                                        (local.get $at)
                                        (i32.or
                                          (i32.and
                                            (local.get $traits)
                                            (global.get $TRAIT_NEWLINE))
                                          (i32.eqz (global.get $last_stop))))
                                      (then
                                        (local.set $traits
                                          (i32.or
                                            (local.get $traits)
                                            (global.get $TRAIT_COMMENT)))
                                        (local.set $at (call $line_stop (local.get $at)))
                                        (br $again)))
                                    (local.set $token
                                      (call $either!
                                        (i32.add (local.get $at) (i32.const 1))
                                        (i32.const 0x2d)
                                        (global.get $T_DECREMENT)
                                        (call $either!
                                          (i32.add (local.get $at) (i32.const 1))
                                          (i32.const 0x3d)
                                          (global.get $T_MINUS_ASSIGN)
                                          (global.get $T_MINUS))))
                                    (br $operator))
                                  ;; `=`
                                  (local.set $token (global.get $T_ASSIGN))
                                  (if
                                    (i32.eq
                                      (i32.load8_u offset=1 (local.get $at))
                                      (i32.const 0x3d))
                                    (then
                                      (local.set $token
                                        (call $either!
                                          (i32.add (local.get $at) (i32.const 2))
                                          (i32.const 0x3d)
                                          (global.get $T_STRICT_EQUAL)
                                          (global.get $T_EQUAL))))
                                    (else
                                      (if
                                        (i32.eq
                                          (i32.load8_u offset=1 (local.get $at))
                                          (i32.const 0x3e))
                                        (then
                                          (local.set $token (global.get $T_ARROW))))))
                                  (br $operator))
                                ;; `<`
                                (if (call $is_html_open! (local.get $at))
                                  (then
                                    (local.set $traits
                                      (i32.or
                                        (local.get $traits)
                                        (global.get $TRAIT_COMMENT)))
                                    (local.set $at (call $line_stop (local.get $at)))
                                    (br $again)))
                                (local.set $token
                                  (call $other_operator (local.get $at) (local.get $class)))
                                (br $operator))
                              ;; `/`
                              (if
                                (i32.eq
                                  (i32.load8_u offset=1 (local.get $at))
                                  (i32.const 0x2f))
                                (then
                                  (local.set $traits
                                    (i32.or
                                      (local.get $traits)
                                      (global.get $TRAIT_COMMENT)))
                                  (local.set $at (call $line_stop (local.get $at)))
                                  (br $again)))
                              (if
                                (i32.eq
                                  (i32.load8_u offset=1 (local.get $at))
                                  (i32.const 0x2a))
                                (then
                                  (local.set $at (call $skip_block (local.get $at)))
                                  (local.set $traits
                                    (i32.or
                                      (i32.or
                                        (local.get $traits)
                                        (global.get $TRAIT_COMMENT))
                                      (global.get $has_line)))
                                  (br $again)))
                              (local.set $token
                                (call $either!
                                  (i32.add (local.get $at) (i32.const 1))
                                  (i32.const 0x3d)
                                  (global.get $T_SLASH_ASSIGN)
                                  (global.get $T_SLASH)))
                              (br $operator))
                            ;; `#`
                            (if (call $is_hashbang! (local.get $at))
                              (then
                                (local.set $traits (global.get $TRAIT_COMMENT))
                                (global.set $header_bits
                                  (i32.or
                                    (global.get $header_bits)
                                    (global.get $HEADER_HASHBANG)))
                                (local.set $at (call $line_stop (local.get $at)))
                                (br $again)))
                            (global.set $token_traits (local.get $traits))
                            (local.set $stop (call $scan_private (local.get $at)))
                            (br $literal))
                          ;; a backquote
                          (global.set $token_traits (local.get $traits))
                          (global.set $token (global.get $T_TEMPLATE))
                          (local.set $stop
                            (call $scan_template
                              (local.get $at)
                              (global.get $T_TEMPLATE)
                              (global.get $T_TEMPLATE_HEAD)))
                          (br $literal))
                        ;; a quote
                        (global.set $token_traits (local.get $traits))
                        (local.set $stop (call $scan_string (local.get $at)))
                        (br $literal))
                      ;; `.`
                      (local.set $token (global.get $T_DOT))
                      (local.set $stop (i32.add (local.get $at) (i32.const 1)))
                      (if
                        (i32.eq
                          (i32.load16_u (local.get $stop))
                          (i32.const 0x2e2e))
                        (then (local.set $token (global.get $T_ELLIPSIS)) (br $operator)))
                      (br_if $found
                        (i32.gt_u
                          (i32.sub (i32.load8_u (local.get $stop)) (i32.const 0x30))
                          (i32.const 9))))
                    ;; a digit, or one behind a point
                    (global.set $token_traits (local.get $traits))
                    (local.set $stop (call $scan_number (local.get $at)))
                    (br $literal))
                  ;; a byte over 0x7f
                  (local.set $class (call $space_sort (local.get $at)))
                  (br_if $word (i32.eqz (local.get $class)))
                  ;; 1, as `$TRAIT_NEWLINE` is, where it ends a line.
                  (local.set $traits
                    (i32.or
                      (local.get $traits)
                      (i32.eq (local.get $class) (global.get $LINE_SPACE))))
                  (local.set $at
                    (i32.add
                      (local.get $at)
                      (i32.add
                        (i32.const 2)
                        (i32.ge_u (i32.load8_u (local.get $at)) (i32.const 0xe0)))))
                  (br $again))
                ;; no token's first byte, if not the end
                (local.set $stop (local.get $at))
                (local.set $token (global.get $T_END))
                (br_if $found (i32.ge_u (local.get $at) (global.get $source_stop)))
                (call $refuse
                  (select
                    (global.get $E_DECORATOR)
                    (global.get $E_CHARACTER)
                    (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x40)))
                  (call $offset! (local.get $at))
                  (i32.add (call $offset! (local.get $at)) (i32.const 1)))
                (return))
              ;; the end of a line
              (local.set $traits (i32.or (local.get $traits) (global.get $TRAIT_NEWLINE))))
            ;; white space
            (local.set $at (call $skip_blanks! (i32.add (local.get $at) (i32.const 1))))
            (br $again)))
        ;; a word with something else than letters, digits, `$` and `_`
        (global.set $token_traits (local.get $traits))
        (local.set $stop (call $scan_word (local.get $at))))
      ;; Whoever scanned it has set the token and its traits.
      (if (global.get $status)
        (then
          (global.set $token (global.get $T_END))
          (return)))
      (global.set $token_start (call $offset! (local.get $at)))
      (global.set $token_stop (call $offset! (local.get $stop)))
      (global.set $scan (local.get $stop))
      (return))
    (local.set $stop
      (i32.add
        (local.get $at)
        (i32.load8_u offset=3072 (;WIDTHS;) (local.get $token)))))
  (global.set $token (local.get $token))
  (global.set $token_start (call $offset! (local.get $at)))
  (global.set $token_stop (call $offset! (local.get $stop)))
  (global.set $token_traits (local.get $traits))
  (global.set $scan (local.get $stop)))

;; Whether the text begins with `#!`, at `at`.
(func $is_hashbang! (param $at i32) (result i32)
  (i32.and
    (i32.eq (i32.load16_u (local.get $at)) (i32.const 0x2123))
    (i32.eq (local.get $at) (global.get $source))))

;; Of an operator that may be doubled, with an `=` behind it or not: which one it is.
(func $doubled! (param $at i32)
  (param $one i32) (param $assign i32) (param $two i32) (param $two_assign i32)
  (result i32)
  (local $next i32)
  (local $token i32)
  (local.set $next (i32.load8_u offset=1 (local.get $at)))
  (local.set $token
    (select
      (local.get $assign)
      (local.get $one)
      (i32.eq (local.get $next) (i32.const 0x3d))))
  (if (i32.eq (local.get $next) (i32.load8_u (local.get $at)))
    (then
      (local.set $token
        (call $either!
          (i32.add (local.get $at) (i32.const 2))
          (i32.const 0x3d)
          (local.get $two_assign)
          (local.get $two)))))
  (local.get $token))

;; The operator at `at`, by the class of its first byte: one of those that are not frequent.
(func $other_operator (param $at i32) (param $class i32) (result i32)
  (block $less
    (block $greater
      (block $bang
        (block $plus
          (block $star
            (block $percent
              (block $ampersand
                (block $bar
                  (block $caret
                    (block $question
                      (br_table $less $greater $bang $bang $plus $plus $star $percent $ampersand
                        $bar
                        $caret $question
                        (i32.sub (local.get $class) (global.get $CLASS_LESS))))
                    ;; `?.` before a digit is a conditional with a number.
                    (if
                      (i32.and
                        (i32.eq
                          (i32.load8_u offset=1 (local.get $at))
                          (i32.const 0x2e))
                        (i32.gt_u
                          (i32.sub
                            (i32.load8_u offset=2 (local.get $at))
                            (i32.const 0x30))
                          (i32.const 9)))
                      (then (return (global.get $T_OPTIONAL))))
                    (return
                      (call $doubled!
                        (local.get $at)
                        (global.get $T_QUESTION)
                        (global.get $T_QUESTION)
                        (global.get $T_COALESCE)
                        (global.get $T_COALESCE_ASSIGN))))
                  (return
                    (call $either!
                      (i32.add (local.get $at) (i32.const 1))
                      (i32.const 0x3d)
                      (global.get $T_CARET_ASSIGN)
                      (global.get $T_CARET))))
                (return
                  (call $doubled!
                    (local.get $at)
                    (global.get $T_BAR)
                    (global.get $T_BAR_ASSIGN)
                    (global.get $T_OR)
                    (global.get $T_OR_ASSIGN))))
              (return
                (call $doubled!
                  (local.get $at)
                  (global.get $T_AMPERSAND)
                  (global.get $T_AMPERSAND_ASSIGN)
                  (global.get $T_AND)
                  (global.get $T_AND_ASSIGN))))
            (return
              (call $either!
                (i32.add (local.get $at) (i32.const 1))
                (i32.const 0x3d)
                (global.get $T_PERCENT_ASSIGN)
                (global.get $T_PERCENT))))
          (return
            (call $doubled!
              (local.get $at)
              (global.get $T_STAR)
              (global.get $T_STAR_ASSIGN)
              (global.get $T_POWER)
              (global.get $T_POWER_ASSIGN))))
        (return
          (call $doubled!
            (local.get $at)
            (global.get $T_PLUS)
            (global.get $T_PLUS_ASSIGN)
            (global.get $T_INCREMENT)
            (global.get $T_INCREMENT))))
      (if (i32.eq (i32.load8_u offset=1 (local.get $at)) (i32.const 0x3d))
        (then
          (return
            (call $either!
              (i32.add (local.get $at) (i32.const 2))
              (i32.const 0x3d)
              (global.get $T_STRICT_NOT_EQUAL)
              (global.get $T_NOT_EQUAL)))))
      (return (global.get $T_BANG)))
    ;; `>>>` and `>>>=`
    (if
      (i32.eq
        (i32.and (i32.load (local.get $at)) (i32.const 0xffffff))
        (i32.const 0x3e3e3e))
      (then
        (return
          (call $either!
            (i32.add (local.get $at) (i32.const 3))
            (i32.const 0x3d)
            (global.get $T_SHIFT_RIGHT_UNSIGNED_ASSIGN)
            (global.get $T_SHIFT_RIGHT_UNSIGNED)))))
    (return
      (call $doubled!
        (local.get $at)
        (global.get $T_GREATER)
        (global.get $T_GREATER_EQUAL)
        (global.get $T_SHIFT_RIGHT)
        (global.get $T_SHIFT_RIGHT_ASSIGN))))
  (call $doubled!
    (local.get $at)
    (global.get $T_LESS)
    (global.get $T_LESS_EQUAL)
    (global.get $T_SHIFT_LEFT)
    (global.get $T_SHIFT_LEFT_ASSIGN)))
