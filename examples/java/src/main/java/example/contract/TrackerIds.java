package example.contract;

/** Workflow ids of trackers. */
public final class TrackerIds {
  private TrackerIds() {}

  /** The canonical id of an import's tracker. Only `/` and `%` of the team id are escaped. */
  public static String canonical(String teamId, String jobId) {
    return "prism-import/" + teamId.replace("%", "%25").replace("/", "%2F") + "/" + jobId;
  }
}
