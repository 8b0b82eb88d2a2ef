package skills

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
)

// maxLangs bounds the languages of a map; labels of further ones count as undetermined.
const maxLangs = 255

// NewMap lays releases side by side. It keeps nothing of what it is given.
func NewMap(releases ...Release) *Map {
	releases = slices.Clone(releases)
	slices.SortStableFunc(releases, func(a, b Release) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Version, b.Version))
	})
	b := builder{m: &Map{langs: []string{undetermined}}}
	for _, r := range releases {
		b.m.releases = append(b.m.releases, r.Name+"@"+r.Version)
	}
	b.concepts(releases)
	b.m.demand = make([]float32, b.m.ids.len())
	b.askers, b.occupations = map[[2]uint16]bool{}, make([]uint32, len(releases))
	for i, r := range releases {
		for j := range r.Concepts {
			b.take(uint16(i), &r.Concepts[j])
		}
	}
	b.share()
	b.index()
	b.relate()
	return b.m
}

// builder is the state of NewMap.
type builder struct {
	m     *Map
	names []label // preferred labels, a concept's own name first
	said  []said
	up    []edge // from narrower to broader
	side  []edge // both ways
	asked []edge // from skills to the occupations that ask for them
	same  []stated

	occupations []uint32           // by release
	askers      map[[2]uint16]bool // releases: one whose occupations ask for skills of the other
}

// label is a preferred label that is shown.
type label struct {
	concept uint32
	lang    uint8
	text    string
}

// said is a key before it is numbered.
type said struct {
	key string
	post
}

type edge struct{ from, to uint32 }

// stated is an edge and the release that says so.
type stated struct {
	edge
	release uint16
}

// concepts numbers every concept that some release names.
func (b *builder) concepts(releases []Release) {
	type named struct {
		id, name string
		release  uint16
		group    bool
	}
	var list []named
	for i, r := range releases {
		for _, c := range r.Concepts {
			if c.Name != "" {
				list = append(list, named{c.ID, c.Name, uint16(i), !c.skill()})
			}
		}
	}
	slices.SortStableFunc(list, func(x, y named) int { return cmp.Or(strings.Compare(x.id, y.id), cmp.Compare(x.release, y.release)) })
	list = slices.CompactFunc(list, func(x, y named) bool { return x.id == y.id })
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.id
		b.m.release = append(b.m.release, c.release)
		b.m.group = append(b.m.group, c.group)
		b.names = append(b.names, label{uint32(i), anyLang, c.name})
		if !c.group {
			b.m.skills++
		}
	}
	b.m.ids = packed(ids)
}

// take adds one release's labels and relations of a concept.
func (b *builder) take(release uint16, c *Concept) {
	n, ok := b.m.ids.find(c.ID)
	if !ok {
		return
	}
	if !c.labelled() {
		b.sayPreferred(c.Name, post{n, release, anyLang, preferred})
	}
	for _, tag := range slices.Sorted(maps.Keys(c.Labels)) {
		p := post{n, release, b.lang(tag), preferred}
		b.names = append(b.names, label{n, p.lang, c.Labels[tag]})
		b.sayPreferred(c.Labels[tag], p)
	}
	alt, rest := alternative, hidden
	if strings.HasPrefix(b.m.releases[release], Curated+"@") {
		alt, rest = reviewed, decided
	}
	b.sayAll(c.Alt, post{n, release, 0, alt})
	b.sayAll(c.Hidden, post{n, release, 0, rest})
	for _, id := range c.Broader {
		if to, ok := b.m.ids.find(id); ok && to != n {
			b.up = append(b.up, edge{n, to})
		}
	}
	for _, id := range c.Related {
		if to, ok := b.m.ids.find(id); ok && to != n {
			b.side = append(b.side, edge{n, to}, edge{to, n})
		}
	}
	for _, id := range c.Same {
		if to, ok := b.m.ids.find(id); ok && to != n {
			b.same = append(b.same, stated{edge{n, to}, release}, stated{edge{to, n}, release})
		}
	}
	b.demand(release, c)
}

// demand counts how many occupations ask for each skill, an optional one half.
func (b *builder) demand(release uint16, c *Concept) {
	if len(c.Essential)+len(c.Optional) == 0 {
		return
	}
	asked := map[uint16]bool{}
	for i, list := range [][]string{c.Essential, c.Optional} {
		for _, id := range list {
			if to, ok := b.m.ids.find(id); ok {
				b.m.demand[to] += 1 / float32(1+i)
				asked[b.m.release[to]] = true
				b.asked = append(b.asked, edge{to, uint32(b.m.occupations)})
			}
		}
	}
	for of := range asked {
		b.askers[[2]uint16{release, of}] = true
	}
	b.occupations[release]++
	b.m.occupations++
}

// share says of how many occupations each release's skills could be asked for, and the middle share of those that are.
func (b *builder) share() {
	m := b.m
	m.trades = make([]uint32, len(m.releases))
	for pair := range b.askers {
		m.trades[pair[1]] += b.occupations[pair[0]]
	}
	var shares []float64
	for c, d := range m.demand {
		if all := m.trades[m.release[c]]; all > 0 && d > 0 {
			shares = append(shares, float64(d)/float64(all))
		}
	}
	if slices.Sort(shares); len(shares) > 0 {
		m.middleShare = shares[len(shares)/2]
	}
}

func (b *builder) sayPreferred(text string, p post) {
	b.say(Key(text), p)
	if short := bare(text); short != text {
		p.class = unqualified
		b.say(Key(short), p)
	}
}

// bare returns a label without its qualifier, the words in parentheses by which taxonomies tell "Java (computer programming)"
// from other Javas.
func bare(label string) string {
	if i := strings.LastIndex(label, " ("); i > 0 && strings.HasSuffix(label, ")") {
		return label[:i]
	}
	return label
}

func (b *builder) sayAll(labels map[string][]string, p post) {
	for _, tag := range slices.Sorted(maps.Keys(labels)) {
		p.lang = b.lang(tag)
		for _, text := range labels[tag] {
			b.say(Key(text), p)
		}
	}
}

// say notes that a key names a concept. Groups are not found by name.
func (b *builder) say(key string, p post) {
	if key != "" && !b.m.group[p.concept] {
		b.said = append(b.said, said{key, p})
	}
}

func (b *builder) lang(tag string) uint8 {
	tag = language(tag)
	i := slices.Index(b.m.langs, tag)
	if i < 0 && len(b.m.langs) < maxLangs {
		i = len(b.m.langs)
		b.m.langs = append(b.m.langs, tag)
	}
	return uint8(max(0, i))
}

// noKey is the key of a concept that no text resolves to.
const noKey = math.MaxUint32

// index packs the labels: keys in order, each with the concepts it names, of several labels in one language the best class.
func (b *builder) index() {
	slices.SortFunc(b.said, func(x, y said) int {
		return cmp.Or(strings.Compare(x.key, y.key), cmp.Compare(x.concept, y.concept), cmp.Compare(x.lang, y.lang),
			cmp.Compare(x.class, y.class), cmp.Compare(x.release, y.release))
	})
	b.said = slices.CompactFunc(b.said, func(x, y said) bool {
		return x.key == y.key && x.concept == y.concept && x.lang == y.lang
	})
	m := b.m
	var keys []string
	m.posts = make([]post, 0, len(b.said))
	for i, s := range b.said {
		if i == 0 || s.key != b.said[i-1].key {
			keys = append(keys, s.key)
			m.meaning = append(m.meaning, uint32(i))
		}
		m.posts = append(m.posts, s.post)
	}
	m.meaning = append(m.meaning, uint32(len(b.said)))
	m.keys = packed(keys)
	b.said = nil
	b.show()
}

// show packs the labels that are shown, one a language, and notes each concept's own key.
func (b *builder) show() {
	slices.SortStableFunc(b.names, func(x, y label) int {
		return cmp.Or(cmp.Compare(x.concept, y.concept), cmp.Compare(x.lang, y.lang))
	})
	b.names = slices.CompactFunc(b.names, func(x, y label) bool { return x.concept == y.concept && x.lang == y.lang })
	m := b.m
	texts := make([]string, len(b.names))
	m.nameIn = make([]uint8, len(b.names))
	for i, l := range b.names {
		if i == 0 || l.concept != b.names[i-1].concept {
			m.names = append(m.names, uint32(i))
			key, ok := m.keys.find(Key(bare(l.text)))
			if !ok || m.group[l.concept] {
				key = noKey
			}
			m.nameKey = append(m.nameKey, key)
		}
		texts[i], m.nameIn[i] = l.text, l.lang
	}
	m.names = append(m.names, uint32(len(b.names)))
	m.labels = packed(texts)
	b.names = nil
}

// relate packs the relations.
func (b *builder) relate() {
	down := make([]edge, len(b.up))
	for i, e := range b.up {
		down[i] = edge{e.to, e.from}
	}
	slices.SortFunc(b.same, func(x, y stated) int {
		return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to), cmp.Compare(x.release, y.release))
	})
	b.m.same = slices.CompactFunc(b.same, func(x, y stated) bool { return x.edge == y.edge })
	n := b.m.ids.len()
	b.m.broader, b.m.narrower, b.m.related = newEdges(n, b.up), newEdges(n, down), newEdges(n, b.side)
	b.m.askers = newEdges(n, b.asked)
}

func newEdges(n int, list []edge) edges {
	slices.SortFunc(list, func(x, y edge) int { return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to)) })
	list = slices.Compact(list)
	e := edges{spans: make(spans, 0, n+1), to: make([]uint32, 0, len(list))}
	for i := uint32(0); i <= uint32(n); i++ {
		for len(e.to) < len(list) && list[len(e.to)].from < i {
			e.to = append(e.to, list[len(e.to)].to)
		}
		e.spans = append(e.spans, uint32(len(e.to)))
	}
	return e
}
