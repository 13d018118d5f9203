// The plain service in Go: net/http and pgx's pool, as their documentation shows them. The HMAC checked by hand, a
// statement a request. No validation, no logs, no metrics.
package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

const iso = "2006-01-02T15:04:05.000Z07:00"

var (
	key  = []byte(os.Getenv("HS_KEY"))
	pool *pgxpool.Pool
)

// A kind of record: its table, its statements and the order of its columns.
type kind struct {
	ownerPath, owner, action, date, zone string
	created                              int
	fields                               []string
	insert, byID, latest, update         string
}

func newKind(ownerPath, action, table, date string, hasZone bool, created int, fields ...string) *kind {
	k := &kind{ownerPath: ownerPath, owner: ownerPath + "_id", action: action, date: date, created: created, fields: fields}
	column := date
	dates := []string{date}
	if hasZone {
		column, k.zone = date+"_", date+"_time_zone_"
		dates = []string{column, k.zone}
	}
	columns := append(append([]string{"uuid", k.owner, "created", "created_by_", "modified", "modified_by_"}, dates...), fields...)
	places, sets := make([]string, len(columns)), []string{}
	for i := range columns {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	for i, name := range columns[6:] {
		sets = append(sets, fmt.Sprintf("%s = coalesce($%d, %s)", name, i+5, name))
	}
	all := strings.Join(columns, ", ")
	k.insert = fmt.Sprintf("insert into %s (%s) values (%s)", table, all, strings.Join(places, ", "))
	k.byID = fmt.Sprintf("select %s from %s where uuid = $1 and %s = $2", all, table, k.owner)
	k.latest = fmt.Sprintf("select %s from %s where %s = $1 order by %s desc limit 1", all, table, k.owner, column)
	k.update = fmt.Sprintf("update %s set modified = $3, modified_by_ = $4, %s where uuid = $1 and %s = $2 returning %s",
		table, strings.Join(sets, ", "), k.owner, all)
	return k
}

var kinds = []*kind{
	newKind("patient", "installation", "mobile", "date_first_launched", true, 200, "unique_device_code", "app_product",
		"app_version", "phone_os", "phone_os_version", "manufacturer", "model", "display_name"),
	newKind("clinician", "installation", "desktop", "date_first_used", true, 200, "unique_device_code", "app_product",
		"app_version", "desktop_os", "desktop_os_version", "ip_address"),
	newKind("patient", "blood_glucose_meter", "blood_glucose_meter", "date_verified", false, 201, "mobile_id",
		"serial_number", "is_bg_value_correct", "app_product", "app_version", "blood_glucose_value"),
}

func find(ownerPath, action string) *kind {
	if action == "latest_installation" {
		action = "installation"
	}
	for _, k := range kinds {
		if k.ownerPath == ownerPath && k.action == action {
			return k
		}
	}
	return nil
}

type claims struct {
	Exp      float64           `json:"exp"`
	Metadata map[string]string `json:"metadata"`
}

// The claims of a token whose HMAC is right and that has not expired.
func verify(header string) (*claims, bool) {
	token := strings.TrimPrefix(header, "Bearer ")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, false
	}
	given, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, false
	}
	mac := hmac.New(sha512.New, key)
	mac.Write([]byte(token[:len(parts[0])+1+len(parts[1])]))
	if !hmac.Equal(given, mac.Sum(nil)) {
		return nil, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, false
	}
	var c claims
	if json.Unmarshal(payload, &c) != nil || c.Exp <= float64(time.Now().Unix()) {
		return nil, false
	}
	return &c, true
}

func newUUID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// The columns of the date and the fields as parameters; nil where the body does not name them.
func (k *kind) parameters(body map[string]any) ([]any, error) {
	values := []any{}
	if text, ok := body[k.date].(string); ok {
		date, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return nil, err
		}
		_, offset := date.Zone()
		values = append(values, date.UTC())
		if k.zone != "" {
			values = append(values, offset)
		}
	} else if values = append(values, nil); k.zone != "" {
		values = append(values, nil)
	}
	for _, field := range k.fields {
		values = append(values, body[field])
	}
	return values, nil
}

// The record of a row's values, which are in the order of the columns.
func (k *kind) answer(row []any) ([]byte, error) {
	date, _ := row[6].(time.Time)
	fields := row[7:]
	if k.zone != "" {
		offset := 0
		switch zone := row[7].(type) {
		case int32:
			offset = int(zone)
		case int:
			offset = zone
		}
		date, fields = date.In(time.FixedZone("", offset)), row[8:]
	} else {
		date = date.UTC()
	}
	var out bytes.Buffer
	member := func(name string, value any) error {
		encoded, err := json.Marshal(value)
		if out.Len() > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%q:%s", name, encoded)
		return err
	}
	created, _ := row[2].(time.Time)
	modified, _ := row[4].(time.Time)
	names := append([]string{"uuid", k.owner, "created", "created_by", "modified", "modified_by", k.date}, k.fields...)
	values := append([]any{row[0], row[1], created.Format(iso), row[3], modified.Format(iso), row[5], date.Format(iso)}, fields...)
	for i, name := range names {
		if err := member(name, values[i]); err != nil {
			return nil, err
		}
	}
	return append(append([]byte{'{'}, out.Bytes()...), '}'), nil
}

func queryRow(ctx context.Context, text string, values ...any) ([]any, error) {
	rows, err := pool.Query(ctx, text, values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		if rows.Err() != nil {
			return nil, rows.Err()
		}
		return nil, pgx.ErrNoRows
	}
	return rows.Values()
}

func (k *kind) store(r *http.Request, owner, id string) ([]any, error) {
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, err
	}
	parameters, err := k.parameters(body)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	if r.Method == http.MethodPatch {
		return queryRow(r.Context(), k.update, append([]any{id, owner, now, owner}, parameters...)...)
	}
	row := append([]any{newUUID(), owner, now, owner, now, owner}, parameters...)
	_, err = pool.Exec(r.Context(), k.insert, row...)
	return row, err
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
}

func refuse(w http.ResponseWriter, status int) {
	send(w, status, []byte(fmt.Sprintf(`{"message":%q}`, http.StatusText(status))))
}

func handle(w http.ResponseWriter, r *http.Request) {
	path := append(strings.Split(r.URL.Path, "/"), "", "", "", "", "", "")
	owner, action, id := path[4], path[5], path[6]
	k := find(path[3], action)
	if k == nil {
		refuse(w, http.StatusNotFound)
		return
	}
	c, ok := verify(r.Header.Get("Authorization"))
	if !ok {
		refuse(w, http.StatusUnauthorized)
		return
	}
	if c.Metadata[k.owner] != owner {
		refuse(w, http.StatusForbidden)
		return
	}
	status := http.StatusOK
	var row []any
	var err error
	switch {
	case r.Method == http.MethodPost:
		status = k.created
		row, err = k.store(r, owner, "")
	case r.Method == http.MethodPatch:
		row, err = k.store(r, owner, id)
	case id == "":
		row, err = queryRow(r.Context(), k.latest, owner)
	default:
		row, err = queryRow(r.Context(), k.byID, id, owner)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		refuse(w, http.StatusNotFound)
		return
	}
	var answer []byte
	if err == nil {
		answer, err = k.answer(row)
	}
	if err != nil {
		log.Print(err)
		refuse(w, http.StatusInternalServerError)
		return
	}
	send(w, status, answer)
}

func main() {
	config, err := pgxpool.ParseConfig(fmt.Sprintf("host=%s port=%s user=%s password=%s dbname=%s sslmode=disable pool_max_conns=10",
		os.Getenv("DATABASE_HOST"), os.Getenv("DATABASE_PORT"), os.Getenv("DATABASE_USER"), os.Getenv("DATABASE_PASSWORD"), os.Getenv("DATABASE_NAME")))
	if err != nil {
		log.Fatal(err)
	}
	if pool, err = pgxpool.ConnectConfig(context.Background(), config); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/running", func(w http.ResponseWriter, _ *http.Request) { send(w, 200, []byte(`{"running":true}`)) })
	http.HandleFunc("/", handle)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
