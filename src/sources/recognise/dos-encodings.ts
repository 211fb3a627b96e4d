/**
 * The characters for bytes from 0x80 on in DOS code pages. Node cannot read these, so files in them are only identified
 * by name. From the tables of the Unicode Consortium (MAPPINGS/VENDORS/MICSFT/PC, CP850.TXT and CP852.TXT).
 */
const codePages: Record<string, string> = {
  cp850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  cp852:
    'ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0',
};

export const dosEncodings: readonly string[] = Object.keys(codePages);

/** Decodes bytes in one of {@link dosEncodings}. Null for another name. */
export function decodeDos(encoding: string, bytes: Buffer): string | null {
  const page = codePages[encoding];
  if (page === undefined) return null;
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => page[byte.charCodeAt(0) - 0x80] ?? byte);
}
