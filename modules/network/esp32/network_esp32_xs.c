// SPDX-License-Identifier: MIT
// The native functions of modules/network on the camera boards that are not lwIP's: native.d.ts says what each is for.
#include "xsmc.h"
#include "mc.xs.h"

#include "esp_mac.h"
#include "esp_random.h"
#include "esp_wifi.h"

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

/* wpa2Only(): the SDK opens an access point that takes WPA too. */
void xs_network_wpa2_only(xsMachine *the) {
	wifi_config_t config;
	esp_err_t error = esp_wifi_get_config(WIFI_IF_AP, &config);
	if (error == ESP_OK) {
		config.ap.authmode = WIFI_AUTH_WPA2_PSK;
		error = esp_wifi_set_config(WIFI_IF_AP, &config);
	}
	if (error != ESP_OK)
		xsUnknownError("the access point takes no WPA2");
}
