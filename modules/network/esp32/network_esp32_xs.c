// SPDX-License-Identifier: MIT
// The native functions of modules/network on the camera boards that are not lwIP's: native.d.ts says what each is for.
#include "xsmc.h"
#include "mc.xs.h"

#include "esp_mac.h"
#include "esp_random.h"

/* random(size) */
void xs_network_random(xsMachine *the) {
	uint8_t bytes[64];
	const xsIntegerValue size = xsmcToInteger(xsArg(0));
	if (size < 0 || size > (xsIntegerValue)sizeof bytes)
		xsRangeError("random: size must be 0 to 64");
	esp_fill_random(bytes, (size_t)size);
	xsmcSetArrayBuffer(xsResult, bytes, size);
}

/* mac() */
void xs_network_mac(xsMachine *the) {
	uint8_t bytes[6] = {0};
	if (esp_read_mac(bytes, ESP_MAC_WIFI_STA) != ESP_OK)
		xsUnknownError("the chip has no hardware address");
	xsmcSetArrayBuffer(xsResult, bytes, sizeof bytes);
}
