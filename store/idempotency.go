package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"kabinet/domain"
)

// once is a request that may be repeated: who asks for which operation under which key with which input.
type once struct {
	actor     string
	operation string
	key       string
	hash      [sha256.Size]byte
}

// newOnce digests the input, which must be plain data. Its key is not part of the digest's meaning, only of its place.
func newOnce(v domain.Viewer, operation, key string, input any) (once, error) {
	b, err := json.Marshal(input)
	if err != nil {
		return once{}, fmt.Errorf("digest the input of %s: %w", operation, err)
	}
	actor := fmt.Sprintf("customer:%d", v.CustomerID)
	if v.CustomerID == 0 {
		actor = fmt.Sprintf("staff:%d", v.StaffID)
	}
	return once{actor: actor, operation: operation, key: key, hash: sha256.Sum256(b)}, nil
}

// claim takes the key for this transaction, waiting for another transaction that holds it. repeat is true when the operation was done before:
// resultID is what came of it. Another input under the same key is Conflict. An empty key is never a repeat.
func (t *Tx) claim(ctx context.Context, o once) (resultID int64, repeat bool, err error) {
	if o.key == "" {
		return 0, false, nil
	}
	n, err := t.exec(ctx, `
insert into idempotency_key (actor, operation, key, input_hash, created_at)
values ($1, $2, $3, $4, $5)
on conflict do nothing`, o.actor, o.operation, o.key, o.hash[:], t.now)
	if err != nil || n == 1 {
		return 0, false, err
	}
	resultID, err = t.repeated(ctx, o)
	return resultID, true, err
}

// repeated reads what came of an operation that was done before.
func (t *Tx) repeated(ctx context.Context, o once) (int64, error) {
	var row struct {
		Hash     []byte `db:"input_hash"`
		ResultID *int64 `db:"result_id"`
	}
	err := t.get(ctx, &row, `
select input_hash, result_id
  from idempotency_key
 where actor = $1 and operation = $2 and key = $3`, o.actor, o.operation, o.key)
	switch {
	case err != nil:
		return 0, err
	case !bytes.Equal(row.Hash, o.hash[:]):
		return 0, domain.Errorf(domain.Conflict, "the idempotency key was used with another input")
	case row.ResultID == nil:
		return 0, fmt.Errorf("idempotency key of %s without a result", o.operation)
	}
	return *row.ResultID, nil
}

// settle records what came of a claimed operation.
func (t *Tx) settle(ctx context.Context, o once, resultID int64) error {
	if o.key == "" {
		return nil
	}
	_, err := t.exec(ctx, `
update idempotency_key
   set result_id = $4
 where actor = $1 and operation = $2 and key = $3`, o.actor, o.operation, o.key, resultID)
	return err
}
