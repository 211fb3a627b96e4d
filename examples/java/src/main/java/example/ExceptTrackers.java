package example;

import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.context.ActivitySerializationContext;
import io.temporal.payload.context.HasWorkflowSerializationContext;
import io.temporal.payload.context.SerializationContext;
import java.util.List;

/** A codec that skips payloads for trackers, so their worker needs no codec. */
public record ExceptTrackers(PayloadCodec codec) implements PayloadCodec {
  @Override
  public PayloadCodec withContext(SerializationContext context) {
    return isOfTracker(context) ? new Plain() : codec.withContext(context);
  }

  /** Recognizes trackers by the workflow ids that this program uses, and their activity by its name. */
  private static boolean isOfTracker(SerializationContext context) {
    if (context instanceof ActivitySerializationContext activity) {
      return activity.getActivityType().equals("readResults");
    }
    return context instanceof HasWorkflowSerializationContext workflow
        && (workflow.getWorkflowId().endsWith("/import") || workflow.getWorkflowId().startsWith("prism-import/"));
  }

  @Override
  public List<Payload> encode(List<Payload> payloads) {
    return codec.encode(payloads);
  }

  @Override
  public List<Payload> decode(List<Payload> payloads) {
    return codec.decode(payloads);
  }

  private record Plain() implements PayloadCodec {
    @Override
    public List<Payload> encode(List<Payload> payloads) {
      return payloads;
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
      return payloads;
    }
  }
}
