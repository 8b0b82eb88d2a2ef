package events

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A read that is lost is made again; one that fails is not, and none after its asker left.
func TestPatiently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, asked := time.Now(), 0
		read := func(answers int) func(context.Context) (int, error) {
			return func(ctx context.Context) (int, error) {
				if asked++; asked < answers {
					<-ctx.Done()
					return 0, ctx.Err()
				}
				return asked, nil
			}
		}
		if n, err := patiently(t.Context(), read(3)); n != 3 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if took := time.Since(began); took < 2*readWait || took > 3*readWait {
			t.Errorf("answered after %v", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*readWait/2)
		defer cancel()
		asked = 0
		if _, err := patiently(ctx, read(100)); !errors.Is(err, context.DeadlineExceeded) || asked != 2 {
			t.Errorf("asked %d times: %v", asked, err)
		}
		asked = 0
		broken := errors.New("broken")
		if _, err := patiently(t.Context(), func(context.Context) (int, error) { asked++; return 0, broken }); !errors.Is(err, broken) || asked != 1 {
			t.Errorf("asked %d times: %v", asked, err)
		}
	})
}
