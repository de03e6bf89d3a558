"""Short files in the structure that vendors publish; all values are made up."""

from __future__ import annotations

IMD = """\
version = "28.3";
generationTime = 2023-02-08T10:20:30.000000Z;
productOrderId = "050000000010_01_P001";
productLevel = "LV2A";
BEGIN_GROUP = BAND_R
\tULLon =   36.10000000;
\tmaxLatError = 4.0;
END_GROUP = BAND_R
BEGIN_GROUP = IMAGE_1
\tsatId = "WV03";
\tmode = "FullSwath";
\tCatId = "10300100E0000000";
\tfirstLineTime = 2023-02-07T08:16:09.338650Z;
\tmeanCollectedGSD =  0.342;
\tmeanSunEl =  34.2;
\tmeanOffNadirViewAngle =  21.4;
\tcloudCover =  0.012;
\tTLCList = (
\t(0.000000, 0.000000000000),
\t(30784.000000, 1.539200000000) );
END_GROUP = IMAGE_1
BEGIN_GROUP = MAP_PROJECTED_PRODUCT
\tproductGSD = 0.5;
END_GROUP = MAP_PROJECTED_PRODUCT
END;
"""

MAXAR_XML = """\
<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<isd>
  <IMD>
    <VERSION>AA</VERSION>
    <BAND_P><ULLON>36.1</ULLON></BAND_P>
    <IMAGE>
      <SATID>GE01</SATID>
      <FIRSTLINETIME>2023-01-20T08:30:01.123456Z</FIRSTLINETIME>
      <MEANCOLLECTEDGSD>4.580000e-01</MEANCOLLECTEDGSD>
      <MEANOFFNADIRVIEWANGLE>1.23e+01</MEANOFFNADIRVIEWANGLE>
    </IMAGE>
  </IMD>
  <RPB><SATID>WV99</SATID></RPB>
</isd>
"""

DIMAP = """\
<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="STYLE.XSL" type="text/xsl"?>
<Dimap_Document>
  <Metadata_Identification><METADATA_FORMAT version="2.15">DIMAP</METADATA_FORMAT></Metadata_Identification>
  <Dataset_Identification><Legal_Constraints><COPYRIGHT>© CNES 2023, distribution Airbus DS</COPYRIGHT>
  </Legal_Constraints></Dataset_Identification>
  <Product_Information><Producer_Information><PRODUCER_NAME>AIRBUS DS GEO</PRODUCER_NAME></Producer_Information>
  </Product_Information>
  <Geometric_Data><Use_Area>
    <Located_Geometric_Values><LOCATION_TYPE>Top Center</LOCATION_TYPE><TIME>2023-02-08T08:30:00.0Z</TIME>
      <Acquisition_Angles><AZIMUTH_ANGLE>180.0</AZIMUTH_ANGLE><VIEWING_ANGLE>16.9</VIEWING_ANGLE></Acquisition_Angles>
      <Ground_Sample_Distance><GSD_ACROSS_TRACK>0.75</GSD_ACROSS_TRACK></Ground_Sample_Distance>
    </Located_Geometric_Values>
    <Located_Geometric_Values><LOCATION_TYPE>Center</LOCATION_TYPE><TIME>2023-02-08T08:30:01.0Z</TIME>
      <Acquisition_Angles><AZIMUTH_ANGLE>180.0</AZIMUTH_ANGLE><VIEWING_ANGLE>17.15</VIEWING_ANGLE></Acquisition_Angles>
      <Ground_Sample_Distance><GSD_ACROSS_TRACK>0.76</GSD_ACROSS_TRACK></Ground_Sample_Distance>
    </Located_Geometric_Values>
  </Use_Area></Geometric_Data>
  <Dataset_Sources><Source_Identification><SOURCE_ID>DS_PHR1B</SOURCE_ID><Strip_Source>
    <MISSION>PHR</MISSION><MISSION_INDEX>1B</MISSION_INDEX><INSTRUMENT>PHR</INSTRUMENT>
    <IMAGING_DATE>2023-02-08</IMAGING_DATE><IMAGING_TIME>08:30:01.5Z</IMAGING_TIME>
  </Strip_Source></Source_Identification></Dataset_Sources>
</Dimap_Document>
"""

PLANET = {
    "type": "Feature", "id": "20230207_082344_ssc10_u0001", "geometry": None,
    "properties": {
        "acquired": "2023-02-07T08:23:44.925Z", "gsd": 0.78, "item_type": "SkySatCollect", "provider": "skysat",
        "satellite_id": "SSC10", "view_angle": -12.7, "ground_control_ratio": 1,
    },
}  # fmt: skip

STAC = {
    "type": "Feature", "stac_version": "1.0.0", "id": "13-120020223", "geometry": None, "links": [],
    "properties": {
        "datetime": "2023-02-07T08:16:09Z", "platform": "WV02", "instruments": ["VNIR"], "gsd": 0.53,
        "view:off_nadir": 27.1, "license": "CC-BY-NC-4.0",
        "providers": [
            {"name": "Some Cloud", "roles": ["host"]}, {"name": "Maxar Technologies", "roles": ["producer"]},
        ],
    },
    "assets": {"visual": {"href": "https://example.org/a/town.tif?sig=1"}},
}  # fmt: skip

BOMB = """\
<?xml version="1.0"?>
<!DOCTYPE isd [<!ENTITY a "WV02"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<isd><IMD><IMAGE><SATID>&d;</SATID></IMAGE></IMD></isd>
"""
