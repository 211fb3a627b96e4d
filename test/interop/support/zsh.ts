import { aptGet, hasAptGet } from './apt-get';
import { announce, findOnPath } from './tools-folder';

const advice = 'Install zsh.';

/** Path of zsh: on PATH, else installed by `apt-get` when this user may. Rejects with what was tried. */
export async function zshExecutable(): Promise<string> {
  const found = await findOnPath(['zsh']);
  if (found !== null) return found;
  if (!(await hasAptGet())) throw new Error(`Looked for zsh and apt-get on PATH. ${advice}`);
  announce("Installing Debian's zsh with apt-get (15 MB, some seconds), once …");
  await aptGet(['update'], advice);
  await aptGet(['install', '-y', '--no-install-recommends', 'zsh'], advice);
  const installed = await findOnPath(['zsh']);
  if (installed === null) throw new Error(`apt-get installed zsh, but it is not on PATH. ${advice}`);
  return installed;
}
