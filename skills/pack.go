package skills

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A packed map is a header, and then its slices one after another, each with its length before it, numbers little-endian:
//
//	"matchday map NN\n"   16 bytes; NN is packVersion
//	SHA-256 of what it was built from
//	SHA-256 of all that follows
//
// It is read whole; 16 MB take some tens of milliseconds. Whoever changes the fields of Map, or how one is built, raises packVersion.
const packVersion = 1

const packHeader = 16 + 2*sha256.Size

var errPack = errors.New("is no packed map")

// pack writes a map that was built from what of is the digest of.
func (m *Map) pack(of [sha256.Size]byte) []byte {
	p := packer{out: make([]byte, packHeader, packHeader+16<<20)}
	p.map_(m)
	sum := sha256.Sum256(p.out[packHeader:])
	copy(p.out, fmt.Appendf(nil, "matchday map %02d\n", packVersion))
	copy(p.out[16:], of[:])
	copy(p.out[16+sha256.Size:], sum[:])
	return p.out
}

// unpackMap reads a packed map. It refuses one of another version, of other sources, and one that is damaged.
func unpackMap(data []byte, of [sha256.Size]byte) (*Map, error) {
	if len(data) < packHeader || string(data[:16]) != fmt.Sprintf("matchday map %02d\n", packVersion) {
		return nil, errPack
	}
	if !bytes.Equal(data[16:16+sha256.Size], of[:]) {
		return nil, fmt.Errorf("was built from something else: %w", errPack)
	}
	if sum := sha256.Sum256(data[packHeader:]); !bytes.Equal(sum[:], data[16+sha256.Size:packHeader]) {
		return nil, fmt.Errorf("is damaged: %w", errPack)
	}
	return unpackBody(data[packHeader:])
}

func unpackBody(data []byte) (*Map, error) {
	m := &Map{}
	p := packer{in: data, reading: true}
	p.map_(m)
	if p.short || len(p.in) > 0 || !m.sound() {
		return nil, fmt.Errorf("is not sound: %w", errPack)
	}
	return m, nil
}

// packer writes the fields of a map, or reads them: one list of fields serves both, so that they cannot differ.
type packer struct {
	reading bool
	out, in []byte
	short   bool // in ended early
}

func (p *packer) map_(m *Map) {
	p.strings(&m.releases)
	p.strings(&m.langs)
	p.arena(&m.ids)
	numbers(p, &m.release, 2)
	p.bools(&m.group)
	p.floats(&m.demand)
	numbers(p, &m.trades, 4)
	p.float(&m.middleShare)
	numbers(p, &m.nameKey, 4)
	p.int(&m.skills)
	p.arena(&m.labels)
	numbers(p, &m.names, 4)
	numbers(p, &m.nameIn, 1)
	p.arena(&m.keys)
	numbers(p, &m.meaning, 4)
	p.posts(&m.posts)
	for _, e := range []*edges{&m.broader, &m.narrower, &m.related, &m.askers} {
		numbers(p, &e.spans, 4)
		numbers(p, &e.to, 4)
	}
	p.stated(&m.same)
	p.int(&m.occupations)
}

// number writes or reads one number of size bytes.
func (p *packer) number(v uint64, size int) uint64 {
	if !p.reading {
		for range size {
			p.out = append(p.out, byte(v))
			v >>= 8
		}
		return v
	}
	if len(p.in) < size {
		p.short, p.in = true, nil
		return 0
	}
	v = 0
	for i := range size {
		v |= uint64(p.in[i]) << (8 * i)
	}
	p.in = p.in[size:]
	return v
}

// length writes or reads the length of a list whose entries take size bytes each.
func (p *packer) length(n, size int) int {
	v := p.number(uint64(n), 4)
	if !p.reading {
		return n
	}
	if v > uint64(len(p.in)/size) {
		p.short, p.in = true, nil
		return 0
	}
	return int(v)
}

func (p *packer) int(n *int) {
	if v := p.number(uint64(*n), 4); p.reading {
		*n = int(v)
	}
}

func (p *packer) float(f *float64) {
	if v := p.number(math.Float64bits(*f), 8); p.reading {
		*f = math.Float64frombits(v)
	}
}

// numbers writes or reads a list of numbers of size bytes.
func numbers[L ~[]N, N uint8 | uint16 | uint32](p *packer, list *L, size int) {
	n := p.length(len(*list), size)
	if !p.reading {
		for _, x := range *list {
			p.number(uint64(x), size)
		}
		return
	}
	*list = make(L, n)
	in := p.in[:n*size]
	for i := range *list {
		switch size {
		case 4:
			(*list)[i] = N(binary.LittleEndian.Uint32(in[4*i:]))
		case 2:
			(*list)[i] = N(binary.LittleEndian.Uint16(in[2*i:]))
		default:
			(*list)[i] = N(in[i])
		}
	}
	p.in = p.in[n*size:]
}

func (p *packer) text(s *string) {
	n := p.length(len(*s), 1)
	if !p.reading {
		p.out = append(p.out, *s...)
		return
	}
	*s, p.in = string(p.in[:n]), p.in[n:]
}

func (p *packer) strings(list *[]string) {
	n := p.length(len(*list), 1)
	if p.reading {
		*list = make([]string, n)
	}
	for i := range *list {
		p.text(&(*list)[i])
	}
}

func (p *packer) arena(a *arena) {
	p.text(&a.text)
	numbers(p, &a.ends, 4)
}

func (p *packer) bools(list *[]bool) {
	n := p.length(len(*list), 1)
	if p.reading {
		*list = make([]bool, n)
	}
	for i, b := range *list {
		v := uint64(0)
		if b {
			v = 1
		}
		if v = p.number(v, 1); p.reading {
			(*list)[i] = v != 0
		}
	}
}

func (p *packer) floats(list *[]float32) {
	n := p.length(len(*list), 4)
	if p.reading {
		*list = make([]float32, n)
	}
	for i, f := range *list {
		if v := p.number(uint64(math.Float32bits(f)), 4); p.reading {
			(*list)[i] = math.Float32frombits(uint32(v))
		}
	}
}

func (p *packer) posts(list *[]post) {
	n := p.length(len(*list), 8)
	if p.reading {
		*list = make([]post, n)
	}
	for i, x := range *list {
		v := uint64(x.concept) | uint64(x.release)<<32 | uint64(x.lang)<<48 | uint64(x.class)<<56
		if v = p.number(v, 8); p.reading {
			(*list)[i] = post{uint32(v), uint16(v >> 32), uint8(v >> 48), class(v >> 56)}
		}
	}
}

func (p *packer) stated(list *[]stated) {
	n := p.length(len(*list), 10)
	if p.reading {
		*list = make([]stated, n)
	}
	for i, x := range *list {
		ends, release := p.number(uint64(x.from)|uint64(x.to)<<32, 8), p.number(uint64(x.release), 2)
		if p.reading {
			(*list)[i] = stated{edge{uint32(ends), uint32(ends >> 32)}, uint16(release)}
		}
	}
}
