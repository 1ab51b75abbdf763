// Checks, with the transparency log of the Go module checksum database, what Pratique's ledger wrote. Reads lines from standard
// input, prints one verdict for each ("ok", or why not), and is built by tests/ledger/test_go.py.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func hash(text string) (h tlog.Hash) {
	data, err := hex.DecodeString(text)
	if err != nil || len(data) != len(h) {
		panic("not a hash: " + text)
	}
	copy(h[:], data)
	return
}

func path(text string) (p []tlog.Hash) {
	for _, one := range strings.Split(text, ",") {
		if one != "" {
			p = append(p, hash(one))
		}
	}
	return
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// exported reads the static files of `pratique log export`.
type exported struct{ folder string }

func (e exported) Height() int { return 8 }

func (e exported) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, t := range tiles {
		name := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		one, err := os.ReadFile(filepath.Join(e.folder, name))
		if err != nil {
			return nil, err
		}
		data = append(data, one)
	}
	return
}

func (e exported) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func open(message, vkey string) (string, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return "", err
	}
	data, err := base64.StdEncoding.DecodeString(message)
	if err != nil {
		return "", err
	}
	n, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	return n.Text, nil
}

// checkpoint is the size and root of a signed note; its first line is the origin.
func checkpoint(message, vkey string) (tree tlog.Tree, err error) {
	text, err := open(message, vkey)
	if err != nil {
		return
	}
	lines := strings.Split(text, "\n")
	root, err := base64.StdEncoding.DecodeString(lines[2])
	copy(tree.Hash[:], root)
	tree.N = number(lines[1])
	return
}

// tiles proves every entry out of the exported tiles; reading them checks them against the signed root.
func tiles(folder, message, vkey string) error {
	tree, err := checkpoint(message, vkey)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, exported{folder})
	for i := int64(0); i < tree.N; i++ {
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, i, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, i, leaf[0]); err != nil {
			return err
		}
	}
	return nil
}

func verdict(f []string) error {
	switch f[0] {
	case "inclusion": // index size leaf root path
		return tlog.CheckRecord(path(f[5]), number(f[2]), hash(f[4]), number(f[1]), hash(f[3]))
	case "consistency": // old new old-root new-root path
		return tlog.CheckTree(path(f[5]), number(f[2]), hash(f[4]), number(f[1]), hash(f[3]))
	case "note": // message verifier-key
		_, err := open(f[1], f[2])
		return err
	case "tiles": // folder message verifier-key
		return tiles(f[1], f[2], f[3])
	case "sign": // signing-key text: prints a note instead of "ok"
		signer, err := note.NewSigner(f[1])
		if err != nil {
			return err
		}
		text, _ := base64.StdEncoding.DecodeString(f[2])
		signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
		if err != nil {
			return err
		}
		return fmt.Errorf("%s", base64.StdEncoding.EncodeToString(signed))
	}
	return fmt.Errorf("unknown line %q", f[0])
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		if err := verdict(strings.Split(in.Text(), " ")); err != nil {
			fmt.Fprintln(out, err)
		} else {
			fmt.Fprintln(out, "ok")
		}
	}
}
