package prism

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// EncryptionCodec encrypts payloads as a prism-imports worker with PRISM_ENCRYPTION_KEYS does: AES-256-GCM, as in
// Temporal's samples. The first key encrypts. Every key decrypts.
type EncryptionCodec struct {
	first string
	keys  map[string]cipher.AEAD
}

// NewEncryptionCodec takes keys in the form of PRISM_ENCRYPTION_KEYS: ID:KEY, separated by commas, KEY in base64.
func NewEncryptionCodec(keys string) (*EncryptionCodec, error) {
	codec := &EncryptionCodec{keys: map[string]cipher.AEAD{}}
	for _, entry := range strings.Split(keys, ",") {
		id, text, _ := strings.Cut(entry, ":")
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) != 32 {
			return nil, fmt.Errorf("key %q is not 32 bytes in base64", id)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		if codec.keys[id], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
		if codec.first == "" {
			codec.first = id
		}
	}
	return codec, nil
}

// Encode encrypts payloads.
func (c *EncryptionCodec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, func(payload *commonpb.Payload) (*commonpb.Payload, error) {
		plain, err := proto.Marshal(payload)
		if err != nil {
			return nil, err
		}
		key := c.keys[c.first]
		nonce := make([]byte, key.NonceSize())
		rand.Read(nonce) // never fails
		return &commonpb.Payload{
			Metadata: map[string][]byte{
				converter.MetadataEncoding: []byte("binary/encrypted"),
				"encryption-key-id":        []byte(c.first),
			},
			Data: key.Seal(nonce, nonce, plain, nil),
		}, nil
	})
}

// Decode decrypts payloads. It returns unencrypted ones unchanged.
func (c *EncryptionCodec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, func(payload *commonpb.Payload) (*commonpb.Payload, error) {
		if string(payload.Metadata[converter.MetadataEncoding]) != "binary/encrypted" {
			return payload, nil
		}
		id := string(payload.Metadata["encryption-key-id"])
		key, isKnown := c.keys[id]
		if !isKnown || len(payload.Data) < key.NonceSize() {
			return nil, fmt.Errorf("there is no key %q for this payload", id)
		}
		nonce, data := payload.Data[:key.NonceSize()], payload.Data[key.NonceSize():]
		plain, err := key.Open(nil, nonce, data, nil)
		if err != nil {
			return nil, err
		}
		decoded := &commonpb.Payload{}
		return decoded, proto.Unmarshal(plain, decoded)
	})
}

func each(
	payloads []*commonpb.Payload, convert func(*commonpb.Payload) (*commonpb.Payload, error),
) ([]*commonpb.Payload, error) {
	converted := make([]*commonpb.Payload, len(payloads))
	for index, payload := range payloads {
		var err error
		if converted[index], err = convert(payload); err != nil {
			return nil, err
		}
	}
	return converted, nil
}
