/** The icon in the browser's tab: a pole star. */
export const ICON = {
  path: 'icon.svg',
  text: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5cad"/><path d="M16 3l3 10 10 3-10 3-3 10-3-10-10-3 10-3z" fill="#fff"/></svg>',
  headers: { 'Content-Type': 'image/svg+xml', 'Cache-Control': 'public, max-age=86400' },
} as const;
