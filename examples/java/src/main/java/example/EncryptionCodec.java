package example;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverterException;
import io.temporal.payload.codec.PayloadCodec;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM as the trackers' worker uses it, with the keys of `PRISM_ENCRYPTION_KEYS`. The first key encrypts. Every
 * key decrypts. Unencrypted payloads pass unchanged.
 */
public final class EncryptionCodec implements PayloadCodec {
  private static final ByteString ENCODING = ByteString.copyFromUtf8("binary/encrypted");
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random = new SecureRandom();
  private final Map<String, SecretKeySpec> keys = new LinkedHashMap<>();
  private final String first;

  /** Takes `ID:KEY,…`, with keys of 32 bytes in base64. */
  public EncryptionCodec(String written) {
    for (var entry : written.split(",")) {
      var parts = entry.split(":", 2);
      keys.put(parts[0], new SecretKeySpec(Base64.getDecoder().decode(parts[1]), "AES"));
    }
    first = keys.keySet().iterator().next();
  }

  @Override
  public List<Payload> encode(List<Payload> payloads) {
    return payloads.stream().map(this::encrypt).toList();
  }

  @Override
  public List<Payload> decode(List<Payload> payloads) {
    return payloads.stream().map(this::decrypt).toList();
  }

  private Payload encrypt(Payload payload) {
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    var sealed = ByteString.copyFrom(apply(Cipher.ENCRYPT_MODE, first, nonce, payload.toByteArray()));
    return Payload.newBuilder()
        .putMetadata("encoding", ENCODING)
        .putMetadata("encryption-key-id", ByteString.copyFromUtf8(first))
        .setData(ByteString.copyFrom(nonce).concat(sealed))
        .build();
  }

  private Payload decrypt(Payload payload) {
    if (!ENCODING.equals(payload.getMetadataOrDefault("encoding", ByteString.EMPTY))) return payload;
    var keyId = payload.getMetadataOrThrow("encryption-key-id").toStringUtf8();
    if (!keys.containsKey(keyId)) throw new DataConverterException("No key " + keyId);
    var data = payload.getData();
    var nonce = data.substring(0, NONCE_BYTES).toByteArray();
    try {
      return Payload.parseFrom(apply(Cipher.DECRYPT_MODE, keyId, nonce, data.substring(NONCE_BYTES).toByteArray()));
    } catch (InvalidProtocolBufferException error) {
      throw new DataConverterException(error);
    }
  }

  private byte[] apply(int mode, String keyId, byte[] nonce, byte[] text) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, keys.get(keyId), new GCMParameterSpec(TAG_BITS, nonce));
      return cipher.doFinal(text);
    } catch (GeneralSecurityException error) {
      throw new DataConverterException(error);
    }
  }
}
