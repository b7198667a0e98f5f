// Checks a ledger with the code of Go's checksum database (golang.org/x/mod/sumdb).
//
//	tlog LEDGER LOG-KEY WITNESS-KEY PROOFS
//
// Every entry is hashed and proved under the checkpoint, 1,000 random pairs of sizes are shown to be
// consistent, the checkpoint's signature and cosignature hold, and so does every proof in PROOFS.
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "tlog: %s: %v\n", what, err)
		os.Exit(1)
	}
}

// A cosigner is a C2SP tlog-cosignature key of type 4, which note does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(message, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, message)
	return ed25519.Verify(c.key, []byte(text), signature[8:])
}

func newCosigner(text string) *cosigner {
	parts := strings.SplitN(text, "+", 3)
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	check(err, "witness key")
	material, err := base64.StdEncoding.DecodeString(parts[2])
	check(err, "witness key")
	if material[0] != 4 {
		check(fmt.Errorf("type %d", material[0]), "witness key")
	}
	return &cosigner{parts[0], uint32(hash), ed25519.PublicKey(material[1:])}
}

// A directory reads C2SP tiles; Go's own paths have the height 8 in front.
type directory struct {
	path  string
	tiles map[tlog.Tile][]byte
}

func (d *directory) Height() int { return 8 }
func (d *directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		if _, ok := d.tiles[tile]; !ok {
			path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
			bytes, err := os.ReadFile(filepath.Join(d.path, path))
			if err != nil {
				return nil, err
			}
			d.tiles[tile] = bytes
		}
		data = append(data, d.tiles[tile])
	}
	return data, nil
}
func (d *directory) SaveTiles([]tlog.Tile, [][]byte) {}

func (d *directory) entries(size int64) [][]byte {
	var lines [][]byte
	for int64(len(lines)) < size {
		index := int64(len(lines)) / 256
		width := min(size-256*index, 256)
		path := tlog.Tile{H: 8, L: -1, N: index, W: int(width)}.Path()
		path = strings.Replace(path, "tile/8/data/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(d.path, path))
		check(err, "bundle")
		for range width {
			length := int(binary.BigEndian.Uint16(bundle))
			lines = append(lines, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			check(fmt.Errorf("%d bytes too many", len(bundle)), path)
		}
	}
	return lines
}

func parse(text string) (origin string, tree tlog.Tree) {
	lines := strings.Split(text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "size")
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err, "root")
	copy(tree.Hash[:], root)
	tree.N = size
	return lines[0], tree
}

func main() {
	logKey, err := note.NewVerifier(os.Args[2])
	check(err, "log key")
	verifiers := note.VerifierList(logKey, newCosigner(os.Args[3]))
	checkpoint, err := os.ReadFile(filepath.Join(os.Args[1], "checkpoint"))
	check(err, "checkpoint")
	opened, err := note.Open(checkpoint, verifiers)
	check(err, "checkpoint")
	if len(opened.Sigs) != 2 || len(opened.UnverifiedSigs) != 0 {
		check(fmt.Errorf("%d signatures hold", len(opened.Sigs)), "checkpoint")
	}
	origin, tree := parse(opened.Text)
	if origin != logKey.Name() {
		check(fmt.Errorf("'%s'", origin), "origin")
	}
	d := &directory{os.Args[1], map[tlog.Tile][]byte{}}
	reader := tlog.TileHashReader(tree, d)
	lines := d.entries(tree.N)
	for number, line := range lines {
		proof, err := tlog.ProveRecord(tree.N, int64(number), reader)
		check(err, "inclusion")
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(number), tlog.RecordHash(line)), "inclusion")
	}
	random := rand.New(rand.NewSource(1))
	for range 1000 {
		old := 1 + random.Int63n(tree.N)
		newer := old + random.Int63n(tree.N-old+1)
		oldHash, err := tlog.TreeHash(old, reader)
		check(err, "tree")
		newHash, err := tlog.TreeHash(newer, reader)
		check(err, "tree")
		proof, err := tlog.ProveTree(newer, old, reader)
		check(err, "consistency")
		check(tlog.CheckTree(proof, newer, newHash, old, oldHash), "consistency")
	}
	proofs, err := filepath.Glob(filepath.Join(os.Args[4], "*.tlog-proof"))
	check(err, "proofs")
	for _, path := range proofs {
		text, err := os.ReadFile(path)
		check(err, path)
		head, rest, _ := bytes.Cut(text, []byte("\n\n"))
		fields := strings.Split(string(head), "\n")
		index, err := strconv.ParseInt(strings.TrimPrefix(fields[1], "index "), 10, 64)
		check(err, path)
		var proof tlog.RecordProof
		for _, field := range fields[2:] {
			hash, err := base64.StdEncoding.DecodeString(field)
			check(err, path)
			proof = append(proof, tlog.Hash(hash))
		}
		signed, err := note.Open(rest, verifiers)
		check(err, path)
		_, proved := parse(signed.Text)
		check(tlog.CheckRecord(proof, proved.N, proved.Hash, index, tlog.RecordHash(lines[index])), path)
	}
	fmt.Printf("%d entries, 1000 consistent pairs, %d proofs, %d signatures\n",
		len(lines), len(proofs), len(opened.Sigs))
}
