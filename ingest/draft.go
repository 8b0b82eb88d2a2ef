package ingest

import (
	"context"

	"matchday/hiring"
)

// readOpening decodes an opening that is not to be published, or not yet, for whoever may publish it.
func (r *Role) readOpening(ctx context.Context, q hiring.ReadOpening) (hiring.Opening, error) {
	if err := q.Actor.Validate(); err != nil {
		return hiring.Opening{}, err
	}
	d, err := r.decoder(ctx, hiring.Ingest{Kind: hiring.ImportOpenings, Format: hiring.JSONLines})
	if err != nil {
		return hiring.Opening{}, err
	}
	read := d.one(hiring.Record{JSON: q.Record})
	if read.err != nil {
		return hiring.Opening{}, read.err
	}
	o, ok := read.intent.(*openingRecord)
	if !ok {
		return hiring.Opening{}, hiring.Errorf(hiring.Invalid, "the record is no opening")
	}
	if !q.Actor.MayManageOpening(&o.opening) {
		return hiring.Opening{}, notYours()
	}
	return o.opening, nil
}
