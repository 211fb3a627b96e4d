package example.contract;

/** Under which workflow ids trackers run. */
public final class TrackerIds {
  private TrackerIds() {}

  /** The one id of an import's tracker, whoever starts it. `/` and `%` of the team id are escaped, nothing else is. */
  public static String canonical(String teamId, String jobId) {
    return "prism-import/" + teamId.replace("%", "%25").replace("/", "%2F") + "/" + jobId;
  }
}
