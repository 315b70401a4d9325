;;! summary   = "JSON texts checked, parsed, made shorter and made from tapes"
;;! spec      = "RFC 8259, RFC 6901"
;;! exports   = [
;;!   "json_validate", "json_parse", "json_escape", "json_unescape", "json_minify",
;;!   "json_serialize", "json_get",
;;! ]
;;! fragments = [
;;!   "lib/json_bytes", "lib/json_escapes", "lib/json_kept", "lib/powers_of_five",
;;!   "lib/powers_of_ten", "scan", "utf8", "tape", "number", "halfway", "exact", "validate",
;;!   "parse", "output", "text", "minify", "decimal", "serialize", "get",
;;! ]

;; Nothing but RFC 8259 is accepted, and all of it. What is fast says only whether a text is valid,
;; or what its tape is; a text that is not valid is read again from its first byte by a plain
;; machine (`exact`), which says why and where: at the first byte at which no valid text can go on.
;;
;; The fast machine reads 16 and 32 bytes at once. Within the last 64 bytes of a text it goes on in
;; a copy of what is left (`tail`), behind which there are zeros: they are no part of any valid
;; text, so that it needs to look for the end nowhere else.

;; Fragments
;;   name                meaning
;;   lib/json_bytes      what bytes mean in escapes
;;   lib/json_escapes    how control characters are written
;;   lib/json_kept       where the bytes stand that are kept of eight
;;   lib/powers_of_five  the powers of five between decimal and binary
;;   lib/powers_of_ten   the powers of ten that digits are put together with
;;   scan                white space, strings and numbers, 16 bytes a step; the way to the tail
;;   utf8                whether bytes are UTF-8
;;   tape                what a text says, as words
;;   number              from decimal digits to integers and doubles
;;   halfway             the same for numbers of very many digits
;;   exact               why a text is not valid, and where
;;   validate            whether a text is valid
;;   parse               from a text to its tape
;;   output              where text that is made goes to
;;   text                strings and what they stand for
;;   minify              white space left out
;;   decimal             numbers as text
;;   serialize           text from a tape
;;   get                 the value that a pointer names

;; Memory map
;;   offset  length  name     meaning
;;        0     256  meaning  what each byte means behind a backslash; 1 is `u`, 0 nothing
;;      256     256  hex      the value of each hexadecimal digit; 128 is none
;;      512     128  tail     the last bytes of a text, and zeros
;;      640      16  rest     the last bytes of what is to be UTF-8, and zeros
;;      672      32  align    lane numbers by which digits move to the end of a vector
;;     1024    1024  nesting  a bit a level: whether it is an object
;;     3072     160  tens     10^0 to 10^19, as u64
;;     4096   10656  powers   for each q from -342 to 323 the upper 128 bits of 5^q
;;    14848     256  escapes  what stands for each control character in a string
;;    15104     192  stage    the last bytes of what is written
;;    16384    4096  decimal  the digits of a number, as a big integer
;;    20480    4096  half     what lies halfway between two doubles, as another
;;    24576   65536  levels   u32: of each level that is open its end, and what is left in it
;;    90112    2048  kept     for each set of eight bytes where those stand that are in it
(memory (export "memory") 2)
(global (export "heap_base") i32 (i32.const 92160))

(global $MEANING i32 (i32.const 0))
(global $HEX     i32 (i32.const 256))
(global $TAIL    i32 (i32.const 512))
(global $REST    i32 (i32.const 640))
(global $NESTING i32 (i32.const 1024))
(global $ESCAPES i32 (i32.const 14848))
(global $STAGE   i32 (i32.const 15104))
(global $LEVELS  i32 (i32.const 24576))
(global $KEPT    i32 (i32.const 90112))

;; The most levels, whatever the caller allows.
(global $DEEPEST i32 (i32.const 8192))

;; What the table of escapes says of `u`, and a bit of what is no digit.
(global $UNICODE  i32 (i32.const 1))
(global $NO_DIGIT i32 (i32.const 128))

(global $NOT_FOUND        i32 (i32.const -1))
(global $OUTPUT_TOO_SMALL i32 (i32.const -2))
(global $MALFORMED        i32 (i32.const -3))
(global $TOO_LARGE        i32 (i32.const -6))

;; One past the last byte of the text that is being read, where it stands or in the tail.
(global $end (mut i32) (i32.const 0))
