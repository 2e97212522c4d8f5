// Where the phone is, as our places are told: browsers say it in WGS-84, maps in China are drawn in GCJ-02, which lies
// some hundred metres beside it.
const AXIS = 6378245; // metres, of the ellipsoid of Krasovsky
const BULGE = 0.006693421622965943;
const WHY = {
  1: "没有得到位置权限。可以在手机设置里允许后再试。",
  2: "暂时定不到位置，请稍后再试。",
  3: "定位花的时间太长，请到开阔的地方再试。",
};

/** {lat, lng} in degrees, to about a hundred metres: enough to say what is nearest. Asks the person the first time. */
export function position() {
  const fails = (no, code) => no(Object.assign(new Error(WHY[code] ?? WHY[2]), { passing: false }));
  return new Promise((done, no) => {
    if (!navigator.geolocation) return fails(no, 2);
    const found = ({ coords }) => {
      const at = drawn(coords.latitude, coords.longitude);
      done({ lat: at.lat.toFixed(3), lng: at.lng.toFixed(3) });
    };
    return navigator.geolocation.getCurrentPosition(found, (fault) => fails(no, fault.code), { timeout: 10000, maximumAge: 60000 });
  });
}

/** WGS-84 to GCJ-02, in degrees; outside China they are the same. */
export function drawn(lat, lng) {
  if (lng < 73 || lng > 136 || lat < 3 || lat > 54) return { lat, lng };
  const [x, y] = [lng - 105, lat - 35];
  const wave = (...parts) => (parts.reduce((sum, [size, at]) => sum + size * Math.sin(at * Math.PI), 0) * 2) / 3;
  const north =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) +
    wave([20, 6 * x], [20, 2 * x], [20, y], [40, y / 3], [160, y / 12], [320, y / 30]);
  const east =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) +
    wave([20, 6 * x], [20, 2 * x], [20, x], [40, x / 3], [150, x / 12], [300, x / 30]);
  const angle = (lat / 180) * Math.PI;
  const flat = 1 - BULGE * Math.sin(angle) ** 2;
  return {
    lat: lat + (north * 180) / (((AXIS * (1 - BULGE)) / (flat * Math.sqrt(flat))) * Math.PI),
    lng: lng + (east * 180) / ((AXIS / Math.sqrt(flat)) * Math.cos(angle) * Math.PI),
  };
}
