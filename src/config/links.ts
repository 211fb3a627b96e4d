/** An address to which paths are appended: no query, no fragment. */
export const folderUrlPattern = /^https?:\/\/[^\s/?#]+[^\s?#]*$/;

/** Base addresses for links, without trailing slashes. */
export interface LinkSettings {
  /** `PRISM_UI_ADDRESS`: the Temporal UI. If null, only the usual places are known. */
  uiAddress: string | null;
  /** `PRISM_DOCS_URL`: the folder of the documents. If null, texts name files of the package. */
  docsUrl: string | null;
}

/** Reads the settings from these variables. */
export function linkSettings(variables: {
  PRISM_UI_ADDRESS?: string | undefined;
  PRISM_DOCS_URL?: string | undefined;
}): LinkSettings {
  const { PRISM_UI_ADDRESS: uiAddress = null, PRISM_DOCS_URL: docsUrl = null } = variables;
  return { uiAddress, docsUrl };
}
