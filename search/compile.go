package search

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"matchday/hiring"
	"matchday/skills"
)

// plan is a query made ready: what Bleve is asked, and what highlights mark.
type plan struct {
	query query.Query
	marks marks
}

// scope limits a search whatever is typed: what it is about, when, and whose learners a provider may see ("" for all).
type scope struct {
	of        string
	at        time.Time
	registrar string
}

// compiler turns clauses into Bleve's queries. Skills resolve by the current map, and what programmes say of those who completed them
// by the catalogue.
type compiler struct {
	scope     scope
	known     *skills.Map
	catalogue *catalogue
	plan      plan
}

// compile makes a plan of a query.
func compile(q Query, s scope, known *skills.Map, programmes *catalogue) (plan, error) {
	c := compiler{scope: s, known: known, catalogue: programmes, plan: plan{marks: newMarks()}}
	all := bleve.NewBooleanQuery()
	all.AddMust(exactly("kind", s.of))
	if s.registrar != "" {
		all.AddMust(exactly("exact.registrar", s.registrar))
	}
	if s.of == OfOpenings {
		now := micros(s.at)
		all.AddMust(between("from", nil, &now), between("through", &now, nil))
	}
	for _, clause := range q.Clauses {
		cq, err := c.clause(clause)
		switch {
		case err != nil:
			return plan{}, err
		case clause.Not:
			all.AddMustNot(cq)
		default:
			all.AddMust(cq)
		}
	}
	c.plan.query = level{all}
	return c.plan, nil
}

func (c *compiler) clause(cl Clause) (query.Query, error) {
	switch cl.Field {
	case "":
		return c.anywhere(cl), nil
	case "skill":
		return c.skill(cl, "skill", "skillKey"), nil
	case "need":
		return c.skill(cl, "need", "needKey"), nil
	case "near":
		return c.near(cl.Text)
	case "verified":
		return c.verified(cl.Text == "true"), nil
	case "mode", "degree", "proof", "language": // indexed in lower case
		return exactly("exact."+cl.Field, strings.ToLower(cl.Text)), nil
	case "programme":
		return bleve.NewDisjunctionQuery(exactly("exact.programmeID", cl.Text), c.said(cl, cl.Field)), nil
	case "issuer":
		return c.said(cl, cl.Field), nil
	case "place", "title", "employer", "contract":
		return c.words(cl, cl.Field), nil
	}
	return nil, fmt.Errorf("field %q has no meaning", cl.Field)
}

// anywhere looks for words in every field; titles and skills weigh double. Words that name a skill find it in any language.
func (c *compiler) anywhere(cl Clause) query.Query {
	either := bleve.NewDisjunctionQuery()
	for _, f := range wordFields() {
		q := c.words(cl, f)
		if b, ok := q.(query.BoostableQuery); ok && (f == "title" || f == "skill") {
			b.SetBoost(2)
		}
		either.AddQuery(q)
	}
	ts := terms(cl.Text)
	taught := c.catalogue.saying("skill", ts)
	for _, id := range c.resolve(cl.Text) {
		c.markSkill(cl, id)
		either.AddQuery(exactly("exact.skill", string(id)))
		taught.Or(c.catalogue.teaching(id))
	}
	if c.scope.of == OfLearners {
		named := roaring.Or(c.catalogue.saying("programme", ts), c.catalogue.saying("issuer", ts))
		either.AddQuery(c.completed(taught, 2), c.completed(named, 1))
	}
	return either
}

// completed finds who completed one of some programmes.
func (c *compiler) completed(programmes *roaring.Bitmap, boost float64) query.Query {
	return &anyOf{field: "exact.programmeID", terms: c.catalogue.ids(programmes), boost: boost}
}

// said looks for the words of a clause in a field of the documents, and in the same of the programmes that learners completed.
func (c *compiler) said(cl Clause, field string) query.Query {
	return bleve.NewDisjunctionQuery(c.words(cl, field), c.completed(c.catalogue.saying(field, terms(cl.Text)), 1))
}

// words looks for the words of a clause, next to each other, in one field.
func (c *compiler) words(cl Clause, field string) query.Query {
	ts := terms(cl.Text)
	if !cl.Not {
		c.plan.marks.words[field] = append(c.plan.marks.words[field], ts)
	}
	switch len(ts) {
	case 0:
		return bleve.NewMatchNoneQuery()
	case 1:
		return exactly("words."+field, ts[0])
	}
	return query.NewPhraseQuery(ts, "words."+field)
}

// skill finds what is meant by a skill's name or id: whoever holds a skill that the map knows by that name, or one that a sender
// named so in a taxonomy of its own. Words that no map knows find their text id and every name that contains them.
func (c *compiler) skill(cl Clause, idField, keyField string) query.Query {
	ids := c.resolve(cl.Text)
	resolved := len(ids) > 0
	key := skills.Key(cl.Text)
	ids = append(ids, hiring.SkillID(cl.Text), hiring.SkillID("text:"+key))
	either := bleve.NewDisjunctionQuery()
	taught := roaring.New()
	if key != "" {
		either.AddQuery(exactly("exact."+keyField, key))
		c.markKey(cl, key)
		taught.Or(c.catalogue.naming(key))
	}
	for _, id := range ids {
		c.markSkill(cl, id)
		either.AddQuery(exactly("exact."+idField, string(id)))
		taught.Or(c.catalogue.teaching(id))
	}
	if !resolved && idField == "skill" {
		either.AddQuery(c.words(cl, "skill"))
		taught.Or(c.catalogue.saying("skill", terms(cl.Text)))
	}
	if c.scope.of == OfLearners {
		either.AddQuery(c.completed(taught, 1))
	}
	return either
}

// resolve returns the skills that the map means best by this name, in any language: several where taxonomies agree.
func (c *compiler) resolve(text string) []hiring.SkillID {
	var ids []hiring.SkillID
	found := c.known.Resolve(text, "", 20)
	for _, f := range found {
		if f.Score == found[0].Score {
			ids = append(ids, f.Skill)
		}
	}
	return ids
}

func (c *compiler) markSkill(cl Clause, id hiring.SkillID) {
	if !cl.Not {
		c.plan.marks.skills[id] = true
	}
}

func (c *compiler) markKey(cl Clause, key string) {
	if !cl.Not {
		c.plan.marks.keys[key] = true
	}
}

func (c *compiler) verified(want bool) query.Query {
	now := micros(c.scope.at)
	holds := between("verified", &now, nil)
	if want {
		return holds
	}
	not := bleve.NewBooleanQuery()
	not.AddMust(exactly("kind", c.scope.of))
	not.AddMustNot(holds)
	return not
}

func (c *compiler) near(value string) (query.Query, error) {
	p, err := parseNear(value)
	if err != nil {
		return nil, err
	}
	if c.scope.of == OfLearners && p.km < nearest {
		return nil, hiring.Invalidf("query.near", "is a smaller distance than where learners are is told to").Mend("use 10km or more")
	}
	q := bleve.NewGeoDistanceQuery(p.lon, p.lat, strconv.FormatFloat(p.km, 'f', 6, 64)+"km")
	q.SetField("geo")
	return q, nil
}

func exactly(field, term string) *query.TermQuery {
	q := bleve.NewTermQuery(term)
	q.SetField(field)
	return q
}

// between finds numbers from low to high, both included; nil leaves a side open.
func between(field string, low, high *float64) query.Query {
	yes := true
	q := bleve.NewNumericRangeInclusiveQuery(low, high, &yes, &yes)
	q.SetField(field)
	return q
}
