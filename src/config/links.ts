/** An address to which paths are appended: no query, no fragment. */
export const folderUrlPattern = /^https?:\/\/[^\s/?#]+[^\s?#]*$/;

/** Where links lead. Neither ends in a slash. */
export interface LinkSettings {
  /** `PRISM_UI_ADDRESS`: the Temporal UI, or null: then it is known only of servers that have it at a usual place. */
  uiAddress: string | null;
  /** `PRISM_DOCS_URL`: the folder of the documents, or null: then texts name files of the package. */
  docsUrl: string | null;
}

/** The settings of these variables. */
export function linkSettings(variables: {
  PRISM_UI_ADDRESS?: string | undefined;
  PRISM_DOCS_URL?: string | undefined;
}): LinkSettings {
  const { PRISM_UI_ADDRESS: uiAddress = null, PRISM_DOCS_URL: docsUrl = null } = variables;
  return { uiAddress, docsUrl };
}
