export const PUBLIC_URL: string;
