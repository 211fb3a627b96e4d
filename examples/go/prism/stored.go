package prism

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// NewS3Client reads the AWS SDK's usual variables and files. Like the worker, it uses path-style addresses for a server
// named by AWS_ENDPOINT_URL_S3.
func NewS3Client(ctx context.Context) (*s3.Client, error) {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return s3.NewFromConfig(settings, func(o *s3.Options) {
		o.UsePathStyle = os.Getenv("AWS_ENDPOINT_URL_S3") != ""
	}), nil
}

// ReadStored reads all results from the bucket line by line, calls each with every one, and then compares the hash.
// Use it in activities and other programs: workflow code must not read from a bucket.
func ReadStored(ctx context.Context, bucket *s3.Client, ref ResultsRef, each func(IndexedResult) error) error {
	place, isS3 := strings.CutPrefix(ref.URI, "s3://")
	name, key, hasKey := strings.Cut(place, "/")
	if !isS3 || !hasKey {
		return fmt.Errorf("results are at %q, which is not s3://bucket/key", ref.URI)
	}
	// The URI holds the key unencoded.
	object, err := bucket.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(name), Key: aws.String(key)})
	if err != nil {
		return err
	}
	defer object.Body.Close()
	hash := sha256.New()
	lines := json.NewDecoder(io.TeeReader(bufio.NewReader(object.Body), hash))
	for index := int64(0); ; index++ {
		var result RowResult
		if err := lines.Decode(&result); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("result %d of %s: %w", index, ref.URI, err)
		}
		if err := each(IndexedResult{Index: index, Result: result}); err != nil {
			return err
		}
	}
	if read := hex.EncodeToString(hash.Sum(nil)); read != ref.SHA256 {
		return fmt.Errorf("%s has the hash %s, expected %s", ref.URI, read, ref.SHA256)
	}
	return nil
}
