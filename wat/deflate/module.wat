;;! summary   = "DEFLATE, raw and in zlib and gzip containers"
;;! spec      = "RFC 1951 (DEFLATE), RFC 1950 (zlib), RFC 1952 (gzip)"
;;! exports   = [
;;!   "inflate", "zlib_decompress", "gzip_decompress", "inflate_update",
;;!   "deflate_bound", "deflate_work_size", "deflate", "deflate_crc32", "deflate_adler32",
;;! ]
;;! fragments = [
;;!   "lib/address", "lib/crc32_tables", "lib/inflate_tables", "lib/fault", "lib/crc32",
;;!   "lib/adler32", "entries", "symbols", "blocks", "containers", "inflate",
;;!   "lib/deflate_lengths", "encode", "encode_table", "encode_chains", "encode_optimal",
;;!   "encode_blocks", "lib/entropy", "lib/huffman_codes",
;;! ]

;; A block is Huffman codes of literals and matches, which are copies of up to 32 KiB back. One
;; lookup in a table tells what the next bits are and how many: the symbol's base, its code and the
;; extra bits behind it go by one shift. Most of a block is decoded in a loop that reads eight bytes
;; at a time and copies 32, while there is room for that on both sides; what is near an end or
;; broken is decoded again, symbol by symbol and exactly.

;; Fragments
;;   name                meaning
;;   lib/address         sums of addresses that become immediates
;;   lib/crc32_tables    what each byte comes to in a CRC-32
;;   lib/inflate_tables  what the symbols mean, and how matches repeat themselves
;;   lib/fault           what a kernel says of an input that it refuses
;;   lib/crc32           CRC-32: how it is taken
;;   lib/adler32         Adler-32: how it is taken
;;   entries             decoding tables, from the lengths of codes
;;   symbols             literals and matches by those tables: quickly, and exactly
;;   blocks              what stands around them: headers, code lengths, stored bytes
;;   containers          zlib and gzip: what stands before the blocks and behind them
;;   inflate             streams of blocks in their containers, whole and in pieces
;;   lib/deflate_lengths  the symbol of each length of a match
;;   encode               bytes to a stream: levels, room, work memory
;;   encode_table         level 1: a hash table with two places a hash
;;   encode_chains        levels 2 to 9: hash chains, matches taken at once or a place or two later
;;   encode_optimal       levels 10 to 12: the cheapest way through all matches
;;   encode_blocks        where blocks end, what kind each is, and how it is written
;;   lib/entropy          how many bits symbols take, by how often they stand
;;   lib/huffman_codes    Huffman codes of limited length

;; Memory map
;;   offset  length  name              meaning
;;        0   16384  crc32_tables      u32: for 0 to 15 bytes that follow, what each byte comes to
;;    16384    8496  sums              CRC: what stays of the last bytes, and of the next
;;    24896    1152  symbol_entries    u32: of literals, lengths and the end, what an entry has
;;    26048     128  distance_entries  u32: the same of distances
;;    26176      76  length_entries    u32: the same of code lengths
;;    26256      19  order             u8: in which order the lengths of code lengths' codes are
;;    26288     256  repeat_mask       16 lanes for each distance 0 to 15: lane number mod distance
;;    26544      16  repeat_step       for each distance its largest multiple that is 16 at most
;;    26560     320  fixed_lengths     u8: the code lengths of fixed codes: symbols, then distances
;;    26880      32  counts            u16: how many codes have each length
;;    26912      32  places            u16: for each length where its next symbol goes in `sorted`
;;    26944     640  sorted            u16: the symbols that have codes, by length, then by number
;;    27584     512  length_table      u32: entries of code lengths
;;    28096    5344  symbol_table      u32: entries of literals, lengths and the end
;;    33440    1616  distance_table    u32: entries of distances
;;    35056     512  lengths           u8: the code lengths of a block, as they are read
;;    35568       4  pairs             u32: whether the table of symbols has entries of two literals
;;    35584     384  whole_stream      the state of a stream that is read in one call
;;    40960   65536  links           u16 for each of the low 15 bits of an address: how far
;;                                   before what stands there the next of its chain does
;;   106496    1280  chunk_counts    u32 a symbol: 288 of literals and lengths, 32 of distances; of
;;                                   the chunk that is being parsed
;;   107776    1280  block_counts    the same of the block in front of that chunk
;;   109056     320  code_lens       u8 a symbol: how long its code is
;;   109376     320  header_lens     the same, as a header has them: without those unused
;;                                   at the ends
;;   109696    1280  codes           u32 a symbol: its code << 8, bits reversed, and its length
;;   110976    1040  length_codes    u32 a length of a match: code and extra bits << 8, and how
;;                                   many
;;   112016    1152  sorting         u32 a symbol that is used: count << 10 | symbol; then the tree
;;   113168    1152  sorting_by      the same, for what is sorted from one into the other
;;   114320    1024  tallies         u32 for each tally of counts: how many there are, or where next
;;   115344     640  header_symbols  u16 each: symbol | extra bits << 8 of a header's run lengths
;;   115984      80  header_counts   u32 each: how often there is one
;;   116064      32  header_code_lens  u8 each: how long its code is
;;   116096      80  header_codes    u32 each: as in codes
;;   116176      64  len_counts      u32 a length of a code: how many have it; then the next code
;;   116240     256  length_symbols  u8 a length of a match - 3: its symbol - 257
;;   116496     240  distance_codes  for each symbol of a distance, u32: how many bits code and
;;                                   extra bits are, and those of the code << 8; i32: the code less
;;                                   (the least distance - 1) << its length
(memory (export "memory") 2)
(global (export "heap_base") i32 (i32.const 118784))

(global $CRC32_TABLES     i32 (i32.const 0))
(global $SUMS             i32 (i32.const 16384))
(global $SYMBOL_ENTRIES   i32 (i32.const 24896))
(global $DISTANCE_ENTRIES i32 (i32.const 26048))
(global $LENGTH_ENTRIES   i32 (i32.const 26176))
(global $ORDER            i32 (i32.const 26256))
(global $FIXED_LENGTHS    i32 (i32.const 26560))
(global $SORTED           i32 (i32.const 26944))
(global $LENGTH_TABLE     i32 (i32.const 27584))
(global $SYMBOL_TABLE     i32 (i32.const 28096))
(global $DISTANCE_TABLE   i32 (i32.const 33440))
(global $LENGTHS          i32 (i32.const 35056))
(global $PAIRS            i32 (i32.const 35568))
(global $WHOLE_STREAM     i32 (i32.const 35584))
(global $CHUNK_COUNTS i32 (i32.const 106496))
(global $BLOCK_COUNTS i32 (i32.const 107776))
(global $CODE_LENS i32 (i32.const 109056))
(global $HEADER_LENS i32 (i32.const 109376))
(global $CODES i32 (i32.const 109696))
(global $LENGTH_CODES i32 (i32.const 110976))
(global $SORTING i32 (i32.const 112016))
(global $SORTING_BY i32 (i32.const 113168))
(global $TALLIES i32 (i32.const 114320))
(global $HEADER_SYMBOLS i32 (i32.const 115344))
(global $HEADER_COUNTS i32 (i32.const 115984))
(global $HEADER_CODE_LENS i32 (i32.const 116064))
(global $HEADER_CODES i32 (i32.const 116096))
(global $LEN_COUNTS i32 (i32.const 116176))
(global $LENGTH_SYMBOLS i32 (i32.const 116240))
(global $DISTANCE_CODES i32 (i32.const 116496))
