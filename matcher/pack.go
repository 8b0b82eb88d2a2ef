package matcher

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
)

// errDamaged says that packed bytes do not read as they were written.
var errDamaged = errors.New("the snapshot is damaged")

// packer writes numbers and strings. A string that comes again is written as its number in a dictionary.
type packer struct {
	bytes   []byte
	words   []string
	numbers map[string]uint64
	once    map[uint64]struct{} // hashes of strings that came once
	seed    maphash.Seed
}

func newPacker(words []string) *packer {
	p := &packer{words: slices.Clone(words), numbers: make(map[string]uint64, len(words)), once: map[uint64]struct{}{}, seed: maphash.MakeSeed()}
	for i, w := range p.words {
		p.numbers[w] = uint64(i)
	}
	return p
}

func (p *packer) number(n uint64) { p.bytes = binary.AppendUvarint(p.bytes, n) }
func (p *packer) signed(n int64)  { p.bytes = binary.AppendVarint(p.bytes, n) }

func (p *packer) text(s string) {
	p.number(uint64(len(s)))
	p.bytes = append(p.bytes, s...)
}

// word writes a string's number, giving it one.
func (p *packer) word(s string) {
	n, ok := p.numbers[s]
	if !ok {
		n = uint64(len(p.words))
		p.words, p.numbers[s] = append(p.words, s), n
	}
	p.number(n)
}

// known returns the number of a string that came before.
func (p *packer) known(s string) (uint64, bool) {
	if n, ok := p.numbers[s]; ok {
		return n, true
	}
	h := maphash.String(p.seed, s)
	if _, ok := p.once[h]; !ok {
		p.once[h] = struct{}{}
		return 0, false
	}
	n := uint64(len(p.words))
	p.words, p.numbers[s] = append(p.words, s), n
	return n, true
}

// packJSON appends a JSON value in which strings that come often stand as 0xff and their number: all else of compact JSON is UTF-8,
// where that byte does not occur.
func (p *packer) packJSON(to []byte, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("packing a record: %w", err)
	}
	for i := 0; i < len(b); {
		if b[i] != '"' {
			to = append(to, b[i])
			i++
			continue
		}
		end := i + 1
		for b[end] != '"' {
			if b[end] == '\\' {
				end++
			}
			end++
		}
		end++
		if n, ok := p.known(string(b[i:end])); ok {
			to = binary.AppendUvarint(append(to, 0xff), n)
		} else {
			to = append(to, b[i:end]...)
		}
		i = end
	}
	return to, nil
}

// unpackJSON decodes what packJSON appended.
func unpackJSON(b []byte, words []string, v any) error {
	plain := make([]byte, 0, 8*len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != 0xff {
			plain = append(plain, b[i])
			continue
		}
		n, size := binary.Uvarint(b[i+1:])
		if size <= 0 || n >= uint64(len(words)) {
			return errDamaged
		}
		plain = append(plain, words[n]...)
		i += size
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	return nil
}

// unpacker reads what a packer wrote. After the first thing that cannot be, it reads zeros and err says so.
type unpacker struct {
	bytes []byte
	words []string
	err   error
}

func (u *unpacker) number() uint64 {
	n, size := binary.Uvarint(u.bytes)
	if size <= 0 {
		u.fail()
		return 0
	}
	u.bytes = u.bytes[size:]
	return n
}

func (u *unpacker) signed() int64 {
	n, size := binary.Varint(u.bytes)
	if size <= 0 {
		u.fail()
		return 0
	}
	u.bytes = u.bytes[size:]
	return n
}

// count reads a number of things that take a byte each at least, so that nothing is made for a number that is a lie.
func (u *unpacker) count() int { return u.below(uint64(len(u.bytes)) + 1) }

// below reads a number that must be smaller than n.
func (u *unpacker) below(n uint64) int {
	v := u.number()
	if v >= n {
		u.fail()
		return 0
	}
	return int(v)
}

func (u *unpacker) take(n int) []byte {
	if n > len(u.bytes) {
		u.fail()
		return nil
	}
	b := u.bytes[:n:n]
	u.bytes = u.bytes[n:]
	return b
}

func (u *unpacker) text() string { return string(u.take(u.count())) }

func (u *unpacker) word() string {
	if len(u.words) == 0 {
		u.fail()
		return ""
	}
	return u.words[u.below(uint64(len(u.words)))]
}

func (u *unpacker) fail() {
	u.bytes = nil
	if u.err == nil {
		u.err = errDamaged
	}
}
